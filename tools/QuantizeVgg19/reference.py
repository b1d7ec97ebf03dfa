#!/usr/bin/env python3
"""Feature maps, losses and gradients of a VGG-19 file in 64-bit floats, with NumPy alone: what the tests compare with.

    reference.py record FILE OUTPUT.json      writes the numbers of FILE
    reference.py check FILE REFERENCE.json    prints how far the numbers of FILE are from recorded ones

Run it in the folder with content_97x65.png, style_80x50.png and noise_start.npy (tests/Data/reference). "check" against reference.json,
which PyTorch made from the 32-bit file, is how this script is checked itself.

Content: mean((F - P)^2) at relu4_2. Style: sum over relu1_1 to relu5_1 of mean((G - A)^2), G = F F^T / (C H W). Total variation: the sum of
squared differences of vertical and of horizontal neighbours. The articles' own forms are in article(); Adam starts from the noise.
"""

import json
import struct
import sys
import zlib

import numpy as np

BLOCKS = (2, 2, 4, 4, 4)
MEAN = np.array([123.68, 116.779, 103.939]).reshape(3, 1, 1)
STYLE = ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1")
CONTENT = "relu4_2"
WEIGHTS = {"content_only": (1, 0, 0), "style_only": (0, 1, 0), "all": (5, 100, 0.001)}
ADAM_WEIGHTS = (5, 100, 0)
ARTICLES = ("udacity_conv", "udacity_relu", "tensorflow_article", "pytorch_tutorial", "keras_article", "mean_std_statistics")
ADAM_STEPS = 20
POINTS = ((0, 0, 0), (1, 32, 48), (2, 64, 96), (0, 10, 80), (2, 50, 5))


def read_weights(path):
    """Every tensor of a .safetensors file as 64-bit floats; 8-bit ones take their steps, rounded as 32-bit floats are."""
    with open(path, "rb") as file:
        length = struct.unpack("<Q", file.read(8))[0]
        header = json.loads(file.read(length))
        body = file.read()
    kinds = {"F32": np.float32, "I8": np.int8}
    raw = {
        name: np.frombuffer(body[slice(*entry["data_offsets"])], kinds[entry["dtype"]]).reshape(entry["shape"])
        for name, entry in header.items()
        if name != "__metadata__"
    }
    result = {}
    for name, values in raw.items():
        if values.dtype == np.int8:
            per_filter = (-1,) + (1,) * (values.ndim - 1)
            scale = raw[name + ".scale"].reshape(per_filter)
            minimum = raw.get(name + ".minimum")
            if minimum is None:
                values = values.astype(np.float32) * scale
            else:
                values = (values.astype(np.float32) + np.float32(128)) * scale + minimum.reshape(per_filter)
        result[name] = values.astype(np.float64)
    return result


def read_png(path):
    """An 8-bit RGB picture, not interlaced, as [3, height, width]."""
    with open(path, "rb") as file:
        data = file.read()
    at, body = 8, b""
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        chunk = data[at + 8:at + 8 + size]
        if kind == b"IHDR":
            width, height, depth, colour, _, _, interlace = struct.unpack(">IIBBBBB", chunk)
            if (depth, colour, interlace) != (8, 2, 0):
                raise ValueError(f"{path}: only 8-bit RGB pictures without interlace are read")
        elif kind == b"IDAT":
            body += chunk
        at += 12 + size
    lines = np.frombuffer(zlib.decompress(body), np.uint8).reshape(height, 1 + 3 * width)
    rows = np.zeros((height + 1, 3 * width + 3), np.int64)
    for y in range(height):
        kind, line = lines[y, 0], lines[y, 1:].astype(np.int64)
        above, row = rows[y], rows[y + 1]
        for i in range(3 * width):
            left, up, corner = row[i], above[i + 3], above[i]
            if kind == 0:
                guess = 0
            elif kind == 1:
                guess = left
            elif kind == 2:
                guess = up
            elif kind == 3:
                guess = (left + up) // 2
            else:
                start = left + up - corner
                guess = min((abs(start - left), 0, left), (abs(start - up), 1, up), (abs(start - corner), 2, corner))[2]
            row[i + 3] = (line[i] + guess) & 255
    return rows[1:, 3:].reshape(height, width, 3).transpose(2, 0, 1).astype(np.float64)


def columns(x):
    """[9 C, H W]: the 3 x 3 neighbourhoods, zeros outside."""
    c, h, w = x.shape
    padded = np.pad(x, ((0, 0), (1, 1), (1, 1)))
    return np.stack([padded[:, y:y + h, x_:x_ + w] for y in range(3) for x_ in range(3)], 1).reshape(9 * c, h * w)


class Vgg19:
    """The network, forward and back."""

    def __init__(self, weights, pooling):
        self.weights, self.pooling = weights, pooling
        self.chain = []
        index = 0
        for block, count in enumerate(BLOCKS, 1):
            for number in range(1, count + 1):
                if f"features.{index}.weight" not in weights or (block, number) > (5, 1):
                    return
                self.chain.append(("conv", f"{block}_{number}", index))
                self.chain.append(("relu", f"{block}_{number}", index))
                index += 2
            self.chain.append(("pool", str(block), index))
            index += 1

    def forward(self, image):
        """Every map by name; remembers what the way back needs."""
        x, maps, self.memory = image - MEAN, {}, []
        for kind, name, index in self.chain:
            if kind == "conv":
                weight = self.weights[f"features.{index}.weight"]
                self.memory.append(x.shape)
                c, h, w = x.shape
                x = (weight.reshape(len(weight), 9 * c) @ columns(x)).reshape(len(weight), h, w)
                x = x + self.weights[f"features.{index}.bias"].reshape(-1, 1, 1)
            elif kind == "relu":
                self.memory.append(x > 0)
                x = np.maximum(x, 0)
            else:
                c, h, w = x.shape
                four = x[:, :h // 2 * 2, :w // 2 * 2].reshape(c, h // 2, 2, w // 2, 2).transpose(0, 1, 3, 2, 4).reshape(c, h // 2, w // 2, 4)
                self.memory.append((x.shape, four.argmax(-1)))
                x = four.max(-1) if self.pooling == "max" else four.mean(-1)
            maps[kind + name] = x
        return maps

    def backward(self, gradients):
        """The gradient by the image from those by the maps."""
        g = None
        for (kind, name, index), memory in zip(reversed(self.chain), reversed(self.memory)):
            own = gradients.get(kind + name)
            g = own if g is None else g if own is None else g + own
            if g is None:
                continue
            if kind == "conv":
                weight = self.weights[f"features.{index}.weight"]
                # The transpose of a convolution with zeros around is one with the filters turned by half a turn.
                turned = weight[:, :, ::-1, ::-1].transpose(1, 0, 2, 3)
                g = (turned.reshape(memory[0], -1) @ columns(g)).reshape(memory)
            elif kind == "relu":
                g = g * memory
            else:
                (c, h, w), largest = memory
                share = (np.arange(4) == largest[..., None]) if self.pooling == "max" else np.full(largest.shape + (4,), 0.25)
                four = (share * g[..., None]).reshape(c, h // 2, w // 2, 2, 2).transpose(0, 1, 3, 2, 4).reshape(c, h // 2 * 2, w // 2 * 2)
                g = np.zeros((c, h, w))
                g[:, :h // 2 * 2, :w // 2 * 2] = four
        return g


def gram(x):
    flat = x.reshape(len(x), -1)
    return flat @ flat.T / x.size


def gram_term(x, target, factor, divisor=None):
    """factor * sum (G - A)^2 and its gradient, G = F F^T / divisor; the divisor is C H W where none is given."""
    divisor = x.size if divisor is None else divisor
    flat = x.reshape(len(x), -1)
    off = flat @ flat.T / divisor - target
    return factor * np.sum(off ** 2), factor * 4 / divisor * (off @ flat).reshape(x.shape)


def moments_term(x, target):
    """mean((m - n)^2) + mean((s - t)^2) of the channels' means and standard deviations, and its gradient."""
    flat = x.reshape(len(x), -1)
    mean, deviation = moments(x)
    off_mean, off_deviation = mean - target[0], deviation - target[1]
    n, pixels = len(x), flat.shape[1]
    gradient = 2 / n * (off_mean / pixels + off_deviation / pixels * (flat - mean) / deviation)
    return np.mean(off_mean ** 2) + np.mean(off_deviation ** 2), gradient.reshape(x.shape)


def moments(x):
    flat = x.reshape(len(x), -1)
    mean = flat.mean(1, keepdims=True)
    return mean, np.sqrt(np.mean((flat - mean) ** 2, 1, keepdims=True) + 1e-12)


def variation(image, kind):
    down, across = np.diff(image, axis=1), np.diff(image, axis=2)
    gradient = np.zeros_like(image)
    if kind == "power":
        down, across = down[:, :, :-1], across[:, :-1]
        squares = down ** 2 + across ** 2
        total = np.sum(squares ** 1.25)
        outer = 2.5 * squares ** 0.25
        vertical, horizontal = outer * down, outer * across
        gradient[:, 1:, :-1] += vertical
        gradient[:, :-1, :-1] -= vertical
        gradient[:, :-1, 1:] += horizontal
        gradient[:, :-1, :-1] -= horizontal
        return total, gradient
    a, b = (1 / down.size, 1 / across.size) if kind == "mean" else (1, 1)
    gradient[:, 1:] += a * 2 * down
    gradient[:, :-1] -= a * 2 * down
    gradient[:, :, 1:] += b * 2 * across
    gradient[:, :, :-1] -= b * 2 * across
    return a * np.sum(down ** 2) + b * np.sum(across ** 2), gradient


def loss(network, image, content, style, weights):
    maps = network.forward(image)
    difference = maps[CONTENT] - content
    total = weights[0] * np.mean(difference ** 2)
    gradients = {CONTENT: weights[0] * 2 * difference / difference.size}
    for layer in STYLE:
        x = maps[layer]
        value, own = gram_term(x, style[layer], weights[1] / len(x) ** 2)
        total += value
        gradients[layer] = gradients.get(layer, 0) + own
    gradient = network.backward(gradients)
    value, own = variation(image, "squared")
    return total + weights[2] * value, gradient + weights[2] * own


def article(name, network, image, content_maps, style_maps):
    """The losses of the founding articles."""
    blocks, maps = ("1_1", "2_1", "3_1", "4_1", "5_1"), network.forward(image)
    total, gradients, gradient = 0, {}, 0

    def add(layer, term):
        nonlocal total
        total += term[0]
        gradients[layer] = gradients.get(layer, 0) + term[1]

    def content(layer, weight, mean=True):
        difference = maps[layer] - content_maps[layer]
        weight = weight / difference.size if mean else weight
        add(layer, (weight * np.sum(difference ** 2), weight * 2 * difference))

    def style(layer, weight, divisor=None):
        x, target = maps[layer], style_maps[layer]
        flat = target.reshape(len(target), -1)
        add(layer, gram_term(x, flat @ flat.T / (target.size if divisor is None else divisor), weight, divisor))

    if name.startswith("udacity"):
        kind = name.split("_")[1]
        content(kind + "4_2", 1)
        for block, weight in zip(blocks, (1, 0.75, 0.2, 0.2, 0.2)):
            x = maps[kind + block]
            style(kind + block, 1e6 * weight / (len(x) ** 2 * x.size), 1)
    elif name == "tensorflow_article":
        content("relu4_2", 5)
        for block in blocks:
            style("relu" + block, 500 / len(maps["relu" + block]) ** 2)
        value, gradient = variation(image, "mean")
        total, gradient = total + 100 * value, 100 * gradient
    elif name == "pytorch_tutorial":
        content("conv2_2", 1)
        for layer in ("conv1_1", "conv1_2", "conv2_1", "conv2_2", "conv3_1"):
            style(layer, 1e6 / len(maps[layer]) ** 2)
    elif name == "keras_article":
        content("relu4_2", 0.025, mean=False)
        for block in blocks:
            style("relu" + block, 0.2 / (4 * 9 * (image.shape[1] * image.shape[2]) ** 2), 1)
        value, gradient = variation(image, "power")
        total += value
    else:
        for block in blocks:
            add("relu" + block, moments_term(maps["relu" + block], moments(style_maps["relu" + block])))
    return total, network.backward(gradients) + gradient


def adam(network, image, content, style, steps, rate=5.0, beta1=0.9, beta2=0.999, epsilon=1e-8):
    """The loss before each step and after the last."""
    mean, square, losses = np.zeros_like(image), np.zeros_like(image), []
    for step in range(1, steps + 1):
        total, gradient = loss(network, image, content, style, ADAM_WEIGHTS)
        losses.append(total)
        mean = beta1 * mean + (1 - beta1) * gradient
        square = beta2 * square + (1 - beta2) * gradient ** 2
        image = image - rate * mean / (1 - beta1 ** step) / (np.sqrt(square / (1 - beta2 ** step)) + epsilon)
    return losses + [loss(network, image, content, style, ADAM_WEIGHTS)[0]]


def numbers(path):
    weights = read_weights(path)
    content, style = read_png("content_97x65.png"), read_png("style_80x50.png")
    noise = np.load("noise_start.npy").astype(np.float64).reshape(content.shape)
    result = {"features": {}, "loss": {}, "articles": {}}
    for pooling in ("max", "avg"):
        network = Vgg19(weights, pooling)
        maps = network.forward(content)
        result["features"][pooling] = {
            name: {
                "shape": list(x.shape),
                "mean": x.mean(),
                "std": x.std(),
                "max": x.max(),
                "gram_chw_frobenius": np.sqrt(np.sum(gram(x) ** 2)),
                "gram_chw_0_1": gram(x)[0, 1],
            }
            for name, x in maps.items()
            if not name.startswith("pool")
        }
        target = maps[CONTENT]
        style_maps = network.forward(style)
        grams = {layer: gram(style_maps[layer]) for layer in STYLE}
        for start, image in (("content", content), ("noise", noise)):
            for what, weight in WEIGHTS.items():
                total, gradient = loss(network, image, target, grams, weight)
                result["loss"][f"{pooling}/{start}/{what}"] = {
                    "content_weight": weight[0],
                    "style_weight": weight[1],
                    "tv_weight": weight[2],
                    "loss": total,
                    "grad_norm": np.sqrt(np.sum(gradient ** 2)),
                    "grad_at": {",".join(map(str, p)): gradient[p] for p in POINTS},
                }
        if pooling == "max":
            for name in ARTICLES:
                total, gradient = article(name, network, noise, maps, style_maps)
                result["articles"][name] = {"loss": total, "grad_norm": np.sqrt(np.sum(gradient ** 2)), "at": "noise_start.npy"}
            losses = adam(network, noise, target, grams, ADAM_STEPS)
            result["adam"] = {"lr": 5.0, "betas": [0.9, 0.999], "eps": 1e-8, "clamp": "none", "losses_before_each_step_and_last": losses}
    return result


def compare(found, wanted, path=""):
    """The largest relative differences, by the kind of number; points of a gradient and means against the spread."""
    worst = {}
    for key, value in found.items():
        other = wanted[key]
        if isinstance(value, dict):
            for name, error in compare(value, other, f"{path}/{key}").items():
                worst[name] = max(worst.get(name, 0), error)
        elif isinstance(value, list) and isinstance(value[0], float) and len(value) > 2:
            worst[key] = max(abs(v - o) / o for v, o in zip(value, other, strict=True))
        elif isinstance(value, list) or isinstance(value, str):
            if value != other:
                raise SystemExit(f"{path}/{key}: {value} where {other} is recorded")
        else:
            scale = abs(other)
            if "/grad_at" in path:
                key = "grad_at"
                scale = max(scale, max(map(abs, wanted.values())))
            elif key == "mean":
                scale = max(scale, wanted["std"])
            elif key == "gram_chw_0_1":
                scale = max(scale, wanted["gram_chw_frobenius"] / wanted["shape"][0])
            error = 0 if value == other else abs(value - other) / max(scale, 1e-300)
            worst[key] = max(worst.get(key, 0), error)
    return worst


def main():
    match sys.argv[1:]:
        case ["record", path, output]:
            text = json.dumps(numbers(path), indent=1, default=float)
            with open(output, "w", encoding="utf-8", newline="\n") as file:
                file.write(text + "\n")
        case ["check", path, reference]:
            with open(reference, encoding="utf-8") as file:
                for key, error in compare(numbers(path), json.load(file)).items():
                    print(f"{key}: largest relative difference {error:.2e}")
        case _:
            raise SystemExit(__doc__)


if __name__ == "__main__":
    main()
