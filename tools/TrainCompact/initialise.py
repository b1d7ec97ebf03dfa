"""A first student from the teacher: for each layer the channels from which the teacher's others follow best, each fitted by least
squares to the teacher's pre-activation from what the student itself has below.

    python3 initialise.py TEACHER CACHE OUT.pt"""
import sys

import torch
import torch.nn.functional as F

from data import Crops
from networks import INDEX, LAYERS, POOL_BEFORE, STYLE, TAPS, WIDTHS, Student, Teacher, block, centre, full, read_safetensors


def choose(moment, weight, count):
    """Greedy choice of columns: each next one takes away the most of what the chosen ones leave unexplained."""
    rest = moment * weight[:, None] * weight[None, :]
    chosen = []
    for _ in range(count):
        gain = (rest * rest).sum(0) / rest.diagonal().clamp(min=1e-9 * rest.diagonal().max())
        if chosen:
            gain[chosen] = -1
        j = int(gain.argmax())
        chosen.append(j)
        rest = rest - torch.outer(rest[:, j], rest[:, j]) / rest[j, j].clamp(min=1e-12)
    return chosen


def solve(a, b, ridge):
    """Ridge regression from the moments a = X'X and b = X'Y."""
    return torch.linalg.solve(a + ridge * a.diagonal().mean() * torch.eye(len(a), dtype=a.dtype), b)


def rectified(columns, y, rounds):
    """Least squares for what a ReLU lets through: below zero any value will do, so there the target follows the fit."""
    a, target = (columns.t() @ columns).double(), y
    for _ in range(rounds):
        solution = solve(a, (columns.t() @ target).double(), 1e-5).float()
        target = torch.where(y > 0, y, (columns @ solution).clamp(max=0))
    return solution


def positions(x, step):
    """[N, C, H, W] to [rows, C], every step-th position each way."""
    return x[:, :, ::step, ::step].permute(0, 2, 3, 1).flatten(0, 2).float()


def below(teacher, student, images, layer):
    """What teacher and student feed to a layer: their inputs, or the pooled features of the layer before."""
    t, s = centre(images).to(teacher.dtype), centre(images) / 64
    for l in LAYERS[:LAYERS.index(layer)]:
        if l in POOL_BEFORE:
            t, s = F.max_pool2d(t, 2), F.max_pool2d(s, 2)
        t, s = F.relu(F.conv2d(t, *teacher.weights[l], padding=1)), F.relu(student.convs[l](s))
    return (F.max_pool2d(t, 2), F.max_pool2d(s, 2)) if layer in POOL_BEFORE else (t, s)


@torch.no_grad()
def main(teacher_path, cache, out, side=128):
    torch.set_num_threads(1)
    torch.manual_seed(0)
    teacher, student, crops = Teacher(teacher_path), Student(), Crops(cache, 1)
    tensors, _ = read_safetensors(teacher_path)
    scales = {}
    for layer in LAYERS:
        if layer in POOL_BEFORE or layer == LAYERS[0]:
            count, step = ((32, 8), (64, 4), (160, 2), (400, 1), (640, 1))[block(layer)]
            images = [crops.augmented(8, side) for _ in range(count // 8)]
            t, s = zip(*[below(teacher, student, x, layer) for x in images])
        pre = [F.conv2d(x, *teacher.weights[layer], padding=1) for x in t]
        t = [F.relu(x) for x in pre]
        flat = torch.cat([positions(x, step) for x in t])
        moment = (flat.t() @ flat).double() / len(flat)
        scales[layer] = float(moment.trace()) ** 0.5  # the mean squared length of a feature vector becomes 1
        width = WIDTHS[layer]
        weight = torch.ones(len(moment), dtype=torch.double)
        if layer not in STYLE:
            following = LAYERS[LAYERS.index(layer) + 1]
            weight = torch.from_numpy(tensors["features.%d.weight" % INDEX[following]].copy()).double().pow(2).sum((0, 2, 3)).sqrt()
        chosen = list(range(width)) if full(layer) else choose(moment, weight, width)
        rms = moment.diagonal()[chosen].sqrt().float()  # each student channel gets unit energy
        columns = []
        for x in s:
            c = F.unfold(x.contiguous(), 3, padding=1).unflatten(2, x.shape[2:])
            c = positions(c, step)
            columns.append(torch.cat([c, torch.ones(len(c), 1)], 1))
        columns = torch.cat(columns)
        y = torch.cat([positions(p[:, chosen], step) for p in pre]) / rms
        solution = rectified(columns, y, 12)
        conv = student.convs[layer]
        conv.weight.data = solution[:-1].t().reshape(conv.weight.shape).contiguous(memory_format=torch.channels_last)
        conv.bias.data = solution[-1].clone()
        s = [F.relu(conv(x)) for x in s]
        mine = torch.cat([positions(x, step) for x in s])
        print("%s: %d rows, left unexplained %.4f of the chosen channels" % (
            layer, len(mine), float((mine - y.relu()).pow(2).sum() / y.relu().pow(2).sum())), flush=True)
        if layer in TAPS:
            x, y = mine.double(), flat.double() / scales[layer]
            if full(layer):
                scale = rms.double() / scales[layer]
                getattr(student, "scale_" + layer).data = scale.float()
                print("%s: %.4f of the teacher's" % (layer, float((y - x * scale).pow(2).sum() / y.pow(2).sum())), flush=True)
                continue
            m = solve(x.t() @ x, x.t() @ y, 1e-6)
            student.maps[layer].data = m.t().float()
            best = flat[:, chosen].double() / scales[layer]
            ideal = solve(best.t() @ best, best.t() @ y, 1e-6)
            values = torch.linalg.eigvalsh(y.t() @ y / len(y))
            print("%s: %.4f of the teacher's; with the chosen channels themselves %.4f; best linear %.4f" % (
                layer, float((y - x @ m).pow(2).sum() / y.pow(2).sum()), float((y - best @ ideal).pow(2).sum() / y.pow(2).sum()),
                float(1 - values[-width:].sum() / values.sum())), flush=True)
    torch.save({"student": student.state_dict(), "scales": scales}, out)


if __name__ == "__main__":
    main(*sys.argv[1:])
