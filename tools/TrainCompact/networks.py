"""VGG-19 (the teacher) and the compact network (the student): layers, files, Gram matrices."""
import json
import os
import struct

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

LAYERS = ["conv1_1", "conv1_2", "conv2_1", "conv2_2", "conv3_1", "conv3_2", "conv3_3", "conv3_4",
          "conv4_1", "conv4_2", "conv4_3", "conv4_4", "conv5_1"]
INDEX = dict(zip(LAYERS, (0, 2, 5, 7, 10, 12, 14, 16, 19, 21, 23, 25, 28)))
POOL_BEFORE = ("conv2_1", "conv3_1", "conv4_1", "conv5_1")
TEACHER_WIDTHS = (64, 128, 256, 512, 512)
# A quarter of the teacher's up to conv4_4; conv5_1 is as wide as the teacher's, for it costs little there and is seen whole by the losses.
DEFAULT_WIDTHS = "16,16,32,32,64,64,64,64,128,128,128,128,512"
WIDTHS = dict(zip(LAYERS, map(int, os.environ.get("WIDTHS", DEFAULT_WIDTHS).split(","))))
STYLE = ("conv1_1", "conv2_1", "conv3_1", "conv4_1", "conv5_1")
CONTENT = "conv4_2"
TAPS = ("conv1_1", "conv2_1", "conv3_1", "conv4_1", "conv4_2", "conv5_1")
MEAN = (123.68, 116.779, 103.939)
INPUT = {"channel_order": "RGB", "pixel_scale": "255", "mean": ",".join(map(str, MEAN)), "std": "1,1,1"}  # what files say of it
TYPES = {"F32": np.float32, "F16": np.float16}


def block(layer):
    return int(layer[4]) - 1


def full(layer):
    """Whether the student has all of the teacher's channels there."""
    return WIDTHS[layer] == TEACHER_WIDTHS[block(layer)]


def read_safetensors(path):
    with open(path, "rb") as f:
        header = json.loads(f.read(struct.unpack("<Q", f.read(8))[0]))
        data = f.read()
    meta = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        low, high = entry["data_offsets"]
        tensors[name] = np.frombuffer(data[low:high], TYPES[entry["dtype"]]).reshape(entry["shape"])
    return tensors, meta


def write_safetensors(path, tensors, meta):
    header, blobs, offset = {"__metadata__": meta}, [], 0
    for name, value in tensors.items():
        blob = np.ascontiguousarray(value).tobytes()
        kind = {v: k for k, v in TYPES.items()}[value.dtype.type]
        header[name] = {"dtype": kind, "shape": list(value.shape), "data_offsets": [offset, offset + len(blob)]}
        blobs.append(blob)
        offset += len(blob)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + b"".join(blobs))


def centre(image):
    """RGB 0..255 to the network's input."""
    return (image - image.new_tensor(MEAN).view(1, 3, 1, 1)).contiguous(memory_format=torch.channels_last)


class Teacher:
    """VGG-19 with fixed weights, by default in bfloat16. Its features are divided by a scale a layer, folded into the weights."""

    def __init__(self, path, dtype=torch.bfloat16, scales=None):
        tensors, _ = read_safetensors(path)
        self.dtype = dtype
        self.weights = {}
        below = 1.0
        for layer in LAYERS:
            own = scales[layer] if scales else 1.0
            name = "features.%d." % INDEX[layer]
            weight = (torch.from_numpy(tensors[name + "weight"].copy()) * (below / own)).to(dtype).contiguous(memory_format=torch.channels_last)
            self.weights[layer] = weight, (torch.from_numpy(tensors[name + "bias"].copy()) / own).to(dtype)
            below = own

    def features(self, image, layers=TAPS, last="conv5_1"):
        x = centre(image).to(self.dtype)
        found = {}
        for layer in LAYERS[:LAYERS.index(last) + 1]:
            if layer in POOL_BEFORE:
                x = F.max_pool2d(x, 2)
            x = F.relu(F.conv2d(x, *self.weights[layer], padding=1))
            if layer in layers:
                found[layer] = x.float()
        return found


class Student(nn.Module):
    """The compact network; `maps` lead from its features to the teacher's."""

    def __init__(self):
        super().__init__()
        previous = 3
        self.convs = nn.ModuleDict()
        for layer in LAYERS:
            self.convs[layer] = nn.Conv2d(previous, WIDTHS[layer], 3, padding=1)
            previous = WIDTHS[layer]
        self.maps = nn.ParameterDict({l: nn.Parameter(torch.zeros(TEACHER_WIDTHS[block(l)], WIDTHS[l])) for l in TAPS if not full(l)})
        for l in TAPS:
            if full(l):  # as wide as the teacher's: channel for channel, scaled
                self.register_buffer("scale_" + l, torch.ones(WIDTHS[l]))
        self.to(memory_format=torch.channels_last)

    def mapped(self, layer, rows):
        """Features, [..., channels], led to the teacher's."""
        return rows * getattr(self, "scale_" + layer) if full(layer) else rows @ self.maps[layer].t()

    def mapped_gram(self, layer, g):
        if full(layer):
            scale = getattr(self, "scale_" + layer)
            return g * (scale[:, None] * scale)
        return self.maps[layer] @ g @ self.maps[layer].t()

    def features(self, image, layers=TAPS):
        """The features of the layers."""
        x = centre(image) / 64
        found = {}
        for layer in LAYERS:
            if layer in POOL_BEFORE:
                x = F.max_pool2d(x, 2)
            x = F.relu(self.convs[layer](x))
            if layer in layers:
                found[layer] = x
                if len(found) == len(layers):
                    break
        return found


def features(student, x, layers, short=True):
    """The student's features in float32, computed in bfloat16 where that will do."""
    with torch.autocast("cpu", torch.bfloat16, enabled=short):
        found = student.features(x, layers)
    return {l: f.float() for l, f in found.items()}


def rows(x):
    """[N, C, H, W] to [N, H W, C]."""
    return x.permute(0, 2, 3, 1).flatten(1, 2)


def gram(x):
    """Gram matrices over the number of positions: [N, C, C]."""
    r = rows(x)
    return r.transpose(1, 2) @ r / r.shape[1]


def folded(student):
    """Square matrices A with A'A = M'M for every tap: Gram distances after A equal those after the map M."""
    result = {}
    for layer in TAPS:
        if full(layer):
            continue
        m = student.maps[layer].detach().double()
        values, vectors = torch.linalg.eigh(m.t() @ m)
        result[layer] = (vectors * values.clamp(min=1e-8 * values.max()).sqrt()) @ vectors.t()
    return result
