"""Writes a trained student as the file that the library loads.

    python3 export.py CHECKPOINT.pt OUT.safetensors"""
import sys

import numpy as np
import torch

from networks import LAYERS, TAPS, Student, folded, write_safetensors


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
        weight = conv.weight.detach().contiguous().numpy()
        tensors[layer + ".weight"] = (weight / 64 if layer == LAYERS[0] else weight).astype(np.float16)
        tensors[layer + ".bias"] = conv.bias.detach().numpy().astype(np.float16)
    for layer, a in folded(student).items():
        tensors[layer.replace("conv", "tap") + ".weight"] = a.float().numpy()[:, :, None, None].astype(np.float16)
    write_safetensors(out, tensors, {
        "name": "vgg19-compact", "architecture": "vgg19-compact", "channel_order": "RGB", "pixel_scale": "255",
        "mean": "123.68,116.779,103.939", "std": "1,1,1", "widths": "16,32,64,128,128",
        "taps": "relu1_1,relu2_1,relu3_1,relu4_1,relu4_2,relu5_1",
        "weights": "a quarter of VGG-19's widths, trained to reproduce its features and Gram matrices; derived from VGG-19, "
                   "K. Simonyan and A. Zisserman, CC BY 4.0",
        "license": "CC BY 4.0"})
    print(out, sum(t.size for t in tensors.values()), "values; largest", max(float(np.abs(t.astype(np.float32)).max()) for t in tensors.values()))


if __name__ == "__main__":
    main(*sys.argv[1:])
