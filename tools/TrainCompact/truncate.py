"""VGG-19 with each layer's output confined to its strongest directions: how near must features be for pictures to be near?

    python3 truncate.py TEACHER CACHE FRACTION OUT.safetensors

Before every ReLU but the first only the given fraction of the principal directions of the layer's own responses is kept (Zhang, Zou, He,
Sun, "Accelerating very deep convolutional networks for classification and detection", 2016, section 3.1), one layer after the other. The
file has VGG-19's widths and goes to `evaluate.py` or `stylize --network` like a compact one. What it prints is what the student's
training prints: the part of VGG-19's features left unexplained on pictures set aside."""
import copy
import sys

import numpy as np
import torch
import torch.nn.functional as F

from data import Crops
from networks import INPUT, LAYERS, POOL_BEFORE, TAPS, Teacher, centre, write_safetensors


@torch.no_grad()
def main(teacher_path, cache, fraction, out, side=128):
    torch.manual_seed(0)
    fraction = float(fraction)
    if not 0 < fraction <= 1:
        raise SystemExit("FRACTION is %s; it must be above 0 and at most 1" % fraction)
    teacher, crops = Teacher(teacher_path, torch.float32), Crops(cache, 1)
    x = centre(torch.cat([crops.augmented(8, side) for _ in range(5)]))
    weights = {}
    for layer in LAYERS:
        if layer in POOL_BEFORE:
            x = F.max_pool2d(x, 2)
        weight, bias = teacher.weights[layer]
        if layer != LAYERS[0]:
            y = F.conv2d(x, weight, bias, padding=1).permute(0, 2, 3, 1).flatten(0, 2)
            mean = y.mean(0)
            rank = max(1, round(fraction * len(mean)))
            directions = torch.linalg.eigh(((y - mean).t() @ (y - mean)).double())[1][:, -rank:].float()
            onto = directions @ directions.t()
            weight, bias = torch.einsum("oi,ijkl->ojkl", onto, weight), onto @ (bias - mean) + mean
        weights[layer] = weight.contiguous(memory_format=torch.channels_last), bias
        x = F.relu(F.conv2d(x, *weights[layer], padding=1))
    truncated = copy.copy(teacher)
    truncated.weights = weights
    pictures = Crops(cache, 99, held=True)
    error, size = dict.fromkeys(TAPS, 0.0), dict.fromkeys(TAPS, 0.0)
    for _ in range(6):
        batch = pictures.batch(4, 192)
        a, b = teacher.features(batch), truncated.features(batch)
        for l in TAPS:
            error[l] += float((a[l] - b[l]).pow(2).sum())
            size[l] += float(a[l].pow(2).sum())
    print(", ".join("%s %.4f" % (l.replace("conv", "relu"), error[l] / size[l]) for l in TAPS), "left unexplained")
    tensors = {}
    for layer in LAYERS:
        tensors[layer + ".weight"], tensors[layer + ".bias"] = (t.contiguous().numpy().astype(np.float32) for t in weights[layer])
    write_safetensors(out, tensors, {
        "name": "vgg19-truncated", "architecture": "vgg19", **INPUT,
        "weights": "VGG-19, %g of each layer's directions; derived from VGG-19, K. Simonyan and A. Zisserman, CC BY 4.0" % fraction, "license": "CC BY 4.0"})


if __name__ == "__main__":
    main(*sys.argv[1:])
