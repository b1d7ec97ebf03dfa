"""Adam in the eigenvectors of each layer's inputs.

Inputs of a layer are never negative, so that their second moment has a few huge and many small eigenvalues, and plain Adam crawls.
Here the weight W (with its bias as the weight of a constant input) is W = V S Q', with Q the eigenvectors and S the eigenvalues
to the power -1/4, and Adam works on V."""
import torch
import torch.nn.functional as F

from networks import LAYERS, POOL_BEFORE, TAPS, block, centre


@torch.no_grad()
def moments(student, images, per_image=128):
    """Second moments of what every convolution (in columns, with a constant one) and every map gets."""
    found = {}
    for batch in images:
        x = centre(batch) / 64
        for layer in LAYERS:
            if layer in POOL_BEFORE:
                x = F.max_pool2d(x, 2)
            pick = torch.randperm(x.shape[2] * x.shape[3])[:per_image]
            c = F.unfold(x.contiguous(), 3, padding=1)[:, :, pick].transpose(1, 2).flatten(0, 1)
            c = torch.cat([c, torch.ones(len(c), 1)], 1)
            found[layer] = found.get(layer, 0) + c.t() @ c / len(c) / len(images)
            x = F.relu(student.convs[layer](x))
            if layer in TAPS:
                r = x.permute(0, 2, 3, 1).flatten(0, 2)
                found["map " + layer] = found.get("map " + layer, 0) + r.t() @ r / len(r) / len(images)
    return found


def basis(moment, power=0.25, floor=1e-4):
    values, vectors = torch.linalg.eigh(moment)
    values = values.clamp(min=0) / values.max()
    return vectors * (values + floor) ** -power * floor ** power * 4


PACE = (1, 1, 0.6, 0.3, 0.3)  # by block: deeper gradients are noisier


class RotatedAdam:
    def __init__(self, student, found, betas=(0.9, 0.99)):
        self.groups = []
        for layer in LAYERS:
            conv = student.convs[layer]
            self.groups.append((layer, conv.weight, conv.bias))
        for layer in student.maps:
            self.groups.append(("map " + layer, student.maps[layer], None))
        self.basis = {k: basis(v) for k, v in found.items()}
        self.betas = betas
        self.state = {}
        self.count = 0

    @torch.no_grad()
    def step(self, rate):
        self.count += 1
        b1, b2 = self.betas
        for name, weight, bias in self.groups:
            q = self.basis[name]
            g = weight.grad.reshape(weight.shape[0], -1)
            if bias is not None:
                g = torch.cat([g, bias.grad[:, None]], 1)
            g = g @ q
            if name not in self.state:
                self.state[name] = torch.zeros_like(g), torch.zeros_like(g)
            m, v = self.state[name]
            m.lerp_(g, 1 - b1)
            v.lerp_(g * g, 1 - b2)
            step = (m / (1 - b1 ** self.count)) / ((v / (1 - b2 ** self.count)).sqrt() + 1e-12)
            step = rate * PACE[block(name[-7:])] * (step @ q.t())
            if bias is not None:
                bias -= step[:, -1]
                step = step[:, :-1]
            weight -= step.reshape(weight.shape)
