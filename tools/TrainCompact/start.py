"""A checkpoint from an exported file, to train on: weights from the file, scales and maps anew by least squares.

    python3 start.py TEACHER CACHE EXPORTED.safetensors OUT.pt"""
import sys

import numpy as np
import torch

from data import Crops
from initialise import solve
from networks import LAYERS, TAPS, Student, Teacher, full, read_safetensors, rows

PER_PICTURE = 96  # positions of each layer


@torch.no_grad()
def main(teacher_path, cache, exported, out, side=160, batches=80):
    torch.manual_seed(0)
    torch.set_num_threads(1)
    teacher, student, crops = Teacher(teacher_path), Student(), Crops(cache, 3)
    tensors, _ = read_safetensors(exported)
    for layer in LAYERS:
        conv = student.convs[layer]
        for name in ("weight", "bias"):
            value = torch.from_numpy(tensors[layer + "." + name].astype(np.float32))
            if name == "weight" and layer == LAYERS[0]:
                value = value * 64
            getattr(conv, name).data = value.contiguous(memory_format=torch.channels_last) if value.dim() == 4 else value
    mine, theirs = {l: [] for l in TAPS}, {l: [] for l in LAYERS}
    for _ in range(batches):
        x = crops.augmented(6, side)
        t, s = teacher.features(x, LAYERS), student.features(x)
        for l in LAYERS:
            r = rows(t[l])
            pick = torch.randperm(r.shape[1])[:PER_PICTURE]
            theirs[l].append(r[:, pick].flatten(0, 1).half())
            if l in TAPS:
                mine[l].append(rows(s[l])[:, pick].flatten(0, 1))
    scales = {}
    for l in LAYERS:
        y = torch.cat(theirs[l]).float()
        scales[l] = float(y.pow(2).sum(1).mean().sqrt())
        if l not in TAPS:
            continue
        x, y = torch.cat(mine[l]), y / scales[l]
        if full(l):
            conv, scale = student.convs[l], y.pow(2).mean(0).sqrt()
            common = float((x * y).sum() / (x * x).sum())  # the file's channels are the teacher's times one number
            factor = common / scale
            conv.weight.data.mul_(factor[:, None, None, None])
            conv.bias.data.mul_(factor)
            getattr(student, "scale_" + l).data = scale
            error = y - x * common
        else:
            x, y = x.double(), y.double()
            m = solve(x.t() @ x, x.t() @ y, 1e-6)
            student.maps[l].data = m.t().float().contiguous()
            error = y - x @ m
        print("%s: %.4f left unexplained" % (l, float(error.pow(2).sum() / y.pow(2).sum())), flush=True)
    torch.save({"student": student.state_dict(), "scales": scales}, out)


if __name__ == "__main__":
    main(*sys.argv[1:])
