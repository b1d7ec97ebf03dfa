#!/usr/bin/python3
"""One side of `benchmarks side-by-side`: the same losses and the same gradient in PyTorch.

Reads two raw float32 images (planar RGB, 0..255), evaluates content + Gram + total variation and the gradient with
respect to the first image, and prints one JSON line: the loss, the gradient's norm, the seconds of every repetition and
the peak resident memory. Needs PyTorch and NumPy only (Debian: apt-get install python3-torch).
"""
import argparse
import json
import resource
import struct
import time

import numpy as np
import torch
import torch.nn.functional as F

BLOCKS = [2, 2, 4, 4, 4]
STYLE = ["relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"]
CONTENT = "relu4_2"
LAST = "relu5_1"


def read_safetensors(path):
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        base = 8 + length
        tensors = {}
        for name, entry in header.items():
            if name == "__metadata__":
                continue
            if entry["dtype"] != "F32":
                raise SystemExit(f"{path}: tensor {name} is {entry['dtype']}; this script reads F32 only")
            begin, end = entry["data_offsets"]
            file.seek(base + begin)
            tensors[name] = torch.from_numpy(np.frombuffer(file.read(end - begin), np.float32).reshape(entry["shape"]).copy())
    return tensors


def layers_of(tensors):
    """Yields (name, kind, weight, bias) up to the last layer that a loss needs; torchvision counts ReLU and pooling too."""
    index = 0
    for block, count in enumerate(BLOCKS, 1):
        for conv in range(1, count + 1):
            yield f"conv{block}_{conv}", "conv", tensors[f"features.{index}.weight"], tensors[f"features.{index}.bias"]
            yield f"relu{block}_{conv}", "relu", None, None
            if f"relu{block}_{conv}" == LAST:
                return
            index += 2
        yield f"pool{block}", "pool", None, None
        index += 1


def features(layers, mean, image):
    maps, x = {}, image - mean
    for name, kind, weight, bias in layers:
        if kind == "conv":
            x = F.conv2d(x, weight, bias, padding=1)
        elif kind == "relu":
            x = F.relu(x)
        else:
            x = F.max_pool2d(x, 2)
        if name in STYLE or name == CONTENT:
            maps[name] = x
    return maps


def gram(feature):
    _, c, h, w = feature.shape
    flat = feature.view(c, h * w)
    return flat @ flat.t() / (c * h * w)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--network", required=True, help="VGG-19 as float32 .safetensors, torchvision's names, 0..255 minus mean")
    parser.add_argument("--image", required=True)
    parser.add_argument("--style", required=True)
    parser.add_argument("--content", required=True)
    parser.add_argument("--width", type=int, required=True)
    parser.add_argument("--height", type=int, required=True)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--content-weight", type=float, default=5)
    parser.add_argument("--style-weight", type=float, default=100)
    parser.add_argument("--tv-weight", type=float, default=1e-3)
    arguments = parser.parse_args()
    if arguments.threads:
        torch.set_num_threads(arguments.threads)

    def read_image(path):
        values = np.fromfile(path, np.float32)
        return torch.from_numpy(values.reshape(1, 3, arguments.height, arguments.width))

    layers = list(layers_of(read_safetensors(arguments.network)))
    mean = torch.tensor([123.68, 116.779, 103.939]).view(1, 3, 1, 1)
    with torch.no_grad():
        target_maps = features(layers, mean, read_image(arguments.content))
        content = target_maps[CONTENT]
        style_maps = features(layers, mean, read_image(arguments.style))
        grams = {name: gram(style_maps[name]) for name in STYLE}
        del target_maps, style_maps
    image = read_image(arguments.image).requires_grad_(True)

    seconds, loss = [], None
    for _ in range(arguments.repeats + 1):
        image.grad = None
        begun = time.perf_counter()
        maps = features(layers, mean, image)
        loss = arguments.content_weight * F.mse_loss(maps[CONTENT], content)
        for name in STYLE:
            loss = loss + arguments.style_weight * F.mse_loss(gram(maps[name]), grams[name])
        tv = (image[..., 1:, :] - image[..., :-1, :]).square().sum() + (image[..., 1:] - image[..., :-1]).square().sum()
        loss = loss + arguments.tv_weight * tv
        loss.backward()
        seconds.append(time.perf_counter() - begun)

    print(json.dumps({
        "engine": f"PyTorch {torch.__version__}",
        "loss": loss.item(),
        "gradient_norm": image.grad.double().norm().item(),
        "seconds": seconds[1:],
        "peak_memory_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }))


if __name__ == "__main__":
    main()
