"""What the teacher says of pictures, small enough to be kept: Gram matrices, and features at some positions."""
import torch

from networks import CONTENT, STYLE, TAPS, TEACHER_WIDTHS, block, gram, rows

POSITIONS = {"conv1_1": 64, "conv2_1": 64, "conv3_1": 96, "conv4_1": 128, CONTENT: 128, "conv5_1": 128}
GAIN = 1024.0  # features have unit length, so that entries of Gram matrices are small for float16


def state(teacher, x, generator=None):
    """The statement about some pictures, a dictionary of float16 tensors."""
    said = {}
    with torch.no_grad():
        found = teacher.features(x)
        for l in TAPS:
            r = rows(found[l])
            said["p " + l] = torch.randperm(r.shape[1], generator=generator)[:POSITIONS[l]]
            said["f " + l] = r[:, said["p " + l]].half()
            if l in STYLE:
                low = torch.tril_indices(r.shape[2], r.shape[2])
                said["g " + l] = (gram(found[l])[:, low[0], low[1]] * GAIN).half()
    return said


LOW = {}


def grams(said, layer):
    half = said["g " + layer].float() / GAIN
    side = TEACHER_WIDTHS[block(layer)]
    if side not in LOW:
        LOW[side] = torch.tril_indices(side, side)
    low = LOW[side]
    whole = half.new_zeros(len(half), side, side)
    whole[:, low[0], low[1]] = half
    whole[:, low[1], low[0]] = half
    return whole
