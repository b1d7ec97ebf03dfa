#!/usr/bin/python3
"""One side of `benchmarks train-step`: a training step of a fast style network in PyTorch's autograd.

The same transform network (medium) and a loss network of the compact network's widths with the same losses, on random
numbers: times do not depend on them. Prints one JSON line: processor and clock seconds a photograph, median of the
repetitions. Needs PyTorch only (Debian: apt-get install python3-torch).
"""
import argparse
import json
import statistics
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

BLOCKS = [(2, 16), (2, 32), (4, 64), (4, 128)]  # conv5_1 has 512 channels
STYLE = {"relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"}


class Norm(nn.Module):
    def __init__(self, channels, styles=8):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(styles, channels))
        self.shift = nn.Parameter(torch.zeros(styles, channels))

    def forward(self, x, style):
        return F.instance_norm(x, weight=self.scale[style], bias=self.shift[style], eps=1e-3)


class Layer(nn.Module):
    def __init__(self, inputs, outputs, relu=True):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, 3, bias=False)
        self.norm, self.relu = Norm(outputs), relu

    def forward(self, x, style, padded=False):
        x = self.norm(self.conv(x if padded else F.pad(x, (1, 1, 1, 1), mode="reflect")), style)
        return F.relu(x) if self.relu else x


class Transform(nn.Module):
    def __init__(self, width=16):
        super().__init__()
        w = width
        self.encode1, self.encode2 = Layer(12, 2 * w), Layer(8 * w, 4 * w)
        self.residual = nn.ModuleList([nn.ModuleList([Layer(4 * w, 4 * w), Layer(4 * w, 4 * w, relu=False)]) for _ in range(5)])
        self.decode1, self.decode2 = Layer(4 * w, 2 * w), Layer(2 * w, w)
        self.picture = nn.Conv2d(w, 3, 3)

    @staticmethod
    def fold(x):
        return F.pixel_unshuffle(F.pad(x, (2, 2, 2, 2), mode="reflect"), 2)

    def forward(self, x, style):
        x = self.encode1(self.fold(x / 127.5 - 1), style, padded=True)
        x = self.encode2(self.fold(x), style, padded=True)
        for a, b in self.residual:
            x = x + b(a(x, style), style)
        x = self.decode1(F.interpolate(x, scale_factor=2, mode="nearest"), style)
        x = self.decode2(F.interpolate(x, scale_factor=2, mode="nearest"), style)
        return 127.5 * (1 + self.picture(F.pad(x, (1, 1, 1, 1), mode="reflect")))


class Features(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers, inputs = nn.ModuleDict(), 3
        for block, (count, outputs) in enumerate(BLOCKS, 1):
            for conv in range(1, count + 1):
                self.layers[f"{block}_{conv}"] = nn.Conv2d(inputs, outputs, 3, padding=1)
                inputs = outputs
        self.layers["5_1"] = nn.Conv2d(inputs, 512, 3, padding=1)
        self.requires_grad_(False)

    def forward(self, x, last):
        maps = {}
        for name, conv in self.layers.items():
            if name.endswith("_1") and name != "1_1":
                x = F.max_pool2d(x, 2)
            x = F.relu(conv(x))
            maps[f"relu{name}"] = x
            if f"relu{name}" == last:
                break
        return maps


def gram(x):
    f = x.flatten(2)[0]
    return f @ f.T / f.numel()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--repeats", type=int, default=8)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(1)
    network, loss_network = Transform(), Features()
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    photograph = torch.rand(1, 3, args.size, args.size) * 255
    with torch.no_grad():
        targets = {name: gram(x) for name, x in loss_network(torch.rand_like(photograph) * 255, "relu5_1").items() if name in STYLE}
    processor, clock = [], []
    for repeat in range(args.repeats + 1):
        began, began_clock = time.process_time(), time.perf_counter()
        with torch.no_grad():
            content = loss_network(photograph, "relu4_2")["relu4_2"]
        painted = network(photograph, repeat % 8)
        maps = loss_network(painted.clamp(0, 255), "relu5_1")
        loss = ((maps["relu4_2"] - content) ** 2).mean() / (content ** 2).mean()
        loss = loss + 30 / 5 * sum(((gram(maps[n]) - t) ** 2).sum() / (t ** 2).sum() for n, t in targets.items())
        loss = loss + 1e-4 * (((painted[..., 1:] - painted[..., :-1]) ** 2).mean() + ((painted[..., 1:, :] - painted[..., :-1, :]) ** 2).mean())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if repeat > 0:
            processor.append(time.process_time() - began)
            clock.append(time.perf_counter() - began_clock)
    print(json.dumps({"processor": statistics.median(processor), "clock": statistics.median(clock), "version": torch.__version__}))


if __name__ == "__main__":
    main()
