"""Writes a trained student as the file that the library loads.

    python3 export.py CHECKPOINT.pt OUT.safetensors"""
import sys

import numpy as np
import torch

from networks import INPUT, LAYERS, TAPS, WIDTHS, Student, folded, full, write_safetensors

OUT_SCALE = 16  # of the last layer: far from what float16 can't hold


def load(path):
    saved = torch.load(path)
    student = Student()
    student.load_state_dict(saved.get("average", saved["student"]))
    return student


def main(checkpoint, out):
    student = load(checkpoint)
    tensors = {}
    for layer in LAYERS:
        conv = student.convs[layer]
        weight, bias = conv.weight.detach().contiguous().numpy(), conv.bias.detach().numpy()
        if layer == LAYERS[-1] and full(layer):
            scale = getattr(student, "scale_" + layer).numpy() * OUT_SCALE
            weight, bias = weight * scale[:, None, None, None], bias * scale
        tensors[layer + ".weight"] = (weight / 64 if layer == LAYERS[0] else weight).astype(np.float16)
        tensors[layer + ".bias"] = bias.astype(np.float16)
    for layer, a in folded(student).items():
        tensors[layer.replace("conv", "tap") + ".weight"] = a.float().numpy()[:, :, None, None].astype(np.float16)
    write_safetensors(out, tensors, {
        "name": "vgg19-compact", "architecture": "vgg19-compact", **INPUT,
        "widths": ",".join(str(WIDTHS[l]) for l in LAYERS),
        "taps": ",".join(l.replace("conv", "relu") for l in TAPS if not full(l)),
        "weights": "a quarter of VGG-19's widths up to conv4_4, trained to reproduce its features and Gram matrices; derived from VGG-19, "
                   "K. Simonyan and A. Zisserman, CC BY 4.0",
        "license": "CC BY 4.0"})
    print(out, sum(t.size for t in tensors.values()), "values; largest", max(float(np.abs(t.astype(np.float32)).max()) for t in tensors.values()))


if __name__ == "__main__":
    main(*sys.argv[1:])
