"""Style transfer with VGG-19 and with a compact file, both judged in VGG-19's space.

    python3 evaluate.py TEACHER COMPACT.safetensors FOLDER [--side 256] [--iterations 100] [--style-weight 30] IMAGES...

The last arguments are content:style pairs of picture files. Pictures made with VGG-19 are kept in FOLDER and reused."""
import argparse
import os

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from networks import CONTENT, LAYERS, POOL_BEFORE, STYLE, TAPS, Teacher, centre, gram, read_safetensors


class Compact:
    """The exported file, taps included."""

    def __init__(self, path):
        self.tensors = {k: torch.from_numpy(v.astype(np.float32)) for k, v in read_safetensors(path)[0].items()}

    def features(self, image):
        x, found = centre(image), {}
        for layer in LAYERS:
            if layer in POOL_BEFORE:
                x = F.max_pool2d(x, 2)
            x = F.relu(F.conv2d(x, self.tensors[layer + ".weight"], self.tensors[layer + ".bias"], padding=1))
            if layer in TAPS:
                tap = self.tensors.get(layer.replace("conv", "tap") + ".weight")
                found[layer] = x if tap is None else F.conv2d(x, tap)
        return found


def picture(path, side):
    image = Image.open(path).convert("RGB")
    scale = side / max(image.size)
    image = image.resize((round(image.width * scale), round(image.height * scale)), Image.LANCZOS)
    return torch.from_numpy(np.asarray(image, np.float32).copy()).permute(2, 0, 1)[None]


def targets(network, content, style):
    with torch.no_grad():
        found = network.features(style)
        return {l: gram(found[l]) for l in STYLE}, network.features(content)[CONTENT]


def distances(network, x, grams, p):
    found = network.features(x)
    style = sum(((gram(found[l]) - grams[l]).pow(2).sum() / grams[l].pow(2).sum()) for l in STYLE) / len(STYLE)
    return style, (found[CONTENT] - p).pow(2).sum() / p.pow(2).sum()


def stylize(network, content, style, iterations, style_weight):
    grams, p = targets(network, content, style)
    x = content.clone().requires_grad_()
    optimizer = torch.optim.LBFGS([x], max_iter=iterations, max_eval=iterations, history_size=20, tolerance_grad=0, tolerance_change=0, line_search_fn="strong_wolfe")

    def evaluate():
        optimizer.zero_grad()
        a, b = distances(network, x, grams, p)
        outside = (x - x.clamp(0, 255)).pow(2).mean()
        loss = 1000 * (style_weight * a + b) + outside
        loss.backward()
        x.grad = x.grad.contiguous()
        return loss

    optimizer.step(evaluate)
    return x.detach().clamp(0, 255)


def main():
    parser = argparse.ArgumentParser()
    for name in ("teacher", "compact", "folder"):
        parser.add_argument(name)
    parser.add_argument("--side", type=int, default=256)
    parser.add_argument("--iterations", type=int, default=100)
    parser.add_argument("--style-weight", type=float, default=30)
    parser.add_argument("--compact-style-weight", type=float)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--sheet")
    parser.add_argument("pairs", nargs="+")
    o = parser.parse_args()
    torch.set_num_threads(o.threads)
    os.makedirs(o.folder, exist_ok=True)
    teacher, compact = Teacher(o.teacher, torch.float32), Compact(o.compact)
    columns, table = [], []
    for pair in o.pairs:
        content_path, style_path = pair.split(":")
        content, style = picture(content_path, o.side), picture(style_path, o.side)
        kept = os.path.join(o.folder, "%s_%s_%d_%d_%g.npy" % (os.path.basename(content_path), os.path.basename(style_path), o.side, o.iterations, o.style_weight))
        if not os.path.exists(kept):
            np.save(kept, stylize(teacher, content, style, o.iterations, o.style_weight).numpy())
        ours = torch.from_numpy(np.load(kept))
        small = stylize(compact, content, style, o.iterations, o.compact_style_weight or o.style_weight)
        grams, p = targets(teacher, content, style)
        with torch.no_grad():
            a = [float(v) for v in distances(teacher, ours, grams, p)]
            b = [float(v) for v in distances(teacher, small, grams, p)]
            own = [float(v) for v in distances(compact, small, *targets(compact, content, style))]
            layers = []
            found = teacher.features(small)
            for l in STYLE:
                layers.append("%.4f" % float((gram(found[l]) - grams[l]).pow(2).sum() / grams[l].pow(2).sum()))
        table.append(a + b)
        print("%s: VGG-19 style %.4f content %.4f; compact style %.4f content %.4f; in its own space %.4f %.4f; by layer %s" % (
            os.path.basename(kept), *a, *b, *own, " ".join(layers)), flush=True)
        columns.append(torch.cat([content, F.interpolate(style, content.shape[2:]), ours, small], 2)[0])
    mean = np.mean(table, 0)
    print("mean: VGG-19 style %.4f content %.4f; compact style %.4f content %.4f; ratios %.3f %.3f" % (*mean, mean[2] / mean[0], mean[3] / mean[1]))
    if o.sheet:
        height = max(c.shape[1] for c in columns)
        columns = [F.pad(c, (0, 0, 0, height - c.shape[1])) for c in columns]
        Image.fromarray(np.uint8(torch.cat(columns, 2).permute(1, 2, 0).round().numpy())).save(o.sheet)


if __name__ == "__main__":
    main()
