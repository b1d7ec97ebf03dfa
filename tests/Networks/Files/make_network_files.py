#!/usr/bin/python3
"""Writes the network files that the tests read, with tools that share nothing with the library.

    make_network_files.py small FOLDER                 narrow networks of every format (tests/Data/networks)
    make_network_files.py full FORMAT VGG19 FILE       the real VGG-19 (a .safetensors file) in one format

Debian's python3-torch, python3-h5py, python3-scipy and python3-onnx are what it needs.
"""
import json
import struct
import sys
import zipfile
from collections import OrderedDict

import numpy as np

VGG19, VGG16 = [2, 2, 4, 4, 4], [2, 2, 3, 3, 3]
NARROW = [3, 4, 5, 6, 6]
MEAN = np.array([123.68, 116.779, 103.939])


def names(blocks):
    return [(b + 1, i + 1) for b, n in enumerate(blocks) for i in range(n)]


def narrow(blocks, seed):
    """Random filters for red, green, blue in 0..255 less the mean; activations keep their size."""
    random, result, inputs = np.random.default_rng(seed), [], 3
    for b, _ in names(blocks):
        outputs = NARROW[b - 1]
        w = random.standard_normal((outputs, inputs, 3, 3)) * np.sqrt(2 / (9 * inputs))
        result.append((w.astype(np.float32), (random.standard_normal(outputs) * 3).astype(np.float32)))
        inputs = outputs
    return result


def read_safetensors(path):
    with open(path, 'rb') as f:
        header = json.loads(f.read(struct.unpack('<Q', f.read(8))[0]))
        start = f.tell()
        result = {}
        for name, entry in header.items():
            if name == '__metadata__':
                continue
            a, b = entry['data_offsets']
            f.seek(start + a)
            result[name] = np.frombuffer(f.read(b - a), '<f4').reshape(entry['shape'])
    return result


def write_safetensors(path, tensors, metadata):
    header, at, parts = {'__metadata__': metadata} if metadata else {}, 0, []
    for name, kind, shape, data in tensors:
        header[name] = {'dtype': kind, 'shape': list(shape), 'data_offsets': [at, at + len(data)]}
        at += len(data)
        parts.append(data)
    text = json.dumps(header).encode()
    text += b' ' * (-len(text) % 8)
    with open(path, 'wb') as f:
        f.write(struct.pack('<Q', len(text)) + text)
        for part in parts:
            f.write(part)


def plain(path, weights, blocks, kind='F32', bn=False):
    """Our own names and notes."""
    tensors = []
    for (b, i), (w, bias) in zip(names(blocks), weights):
        stem = f'conv{b}_{i}'
        if kind == 'F32':
            tensors.append((stem + '.weight', 'F32', w.shape, w.astype('<f4').tobytes()))
        elif kind == 'F16':
            tensors.append((stem + '.weight', 'F16', w.shape, w.astype('<f2').tobytes()))
        elif kind == 'BF16':
            bits = w.astype('<f4').view('<u4')
            tensors.append((stem + '.weight', 'BF16', w.shape, ((bits + 0x7fff + ((bits >> 16) & 1)) >> 16).astype('<u2').tobytes()))
        else:
            scale = np.abs(w).reshape(len(w), -1).max(1) / 127
            scale = np.where(scale > 0, scale, np.float32(1))
            tensors.append((stem + '.weight', 'I8', w.shape, np.rint(w / scale[:, None, None, None]).astype('i1').tobytes()))
            tensors.append((stem + '.weight.scale', 'F32', scale.shape, scale.astype('<f4').tobytes()))
        tensors.append((stem + '.bias', 'F32', bias.shape, bias.astype('<f4').tobytes()))
    write_safetensors(path, tensors, {'architecture': 'vgg19' if blocks == VGG19 else 'vgg16', 'channel_order': 'RGB', 'pixel_scale': '255',
                                      'mean': ','.join(str(m) for m in MEAN), 'std': '1,1,1'})


def features(blocks, weights, bn=None):
    """torchvision's modules: convolutions, batch normalisation if any, ReLU and pooling in one sequence."""
    import torch
    from torch import nn
    modules, at = [], 0
    for b, n in enumerate(blocks):
        for _ in range(n):
            w, bias = weights[at]
            conv = nn.Conv2d(w.shape[1], w.shape[0], 3, padding=1)
            with torch.no_grad():
                conv.weight.copy_(torch.tensor(w))
                conv.bias.copy_(torch.tensor(bias))
            modules.append(conv)
            if bn is not None:
                norm = nn.BatchNorm2d(w.shape[0])
                with torch.no_grad():
                    for tensor, low, high in ((norm.weight, 0.5, 2), (norm.bias, -1, 1), (norm.running_mean, -5, 5), (norm.running_var, 0.5, 4)):
                        tensor.copy_(torch.tensor(bn.uniform(low, high, tensor.shape)))
                modules.append(norm)
            modules.append(nn.ReLU(True))
            at += 1
        modules.append(nn.MaxPool2d(2))
    model = nn.Module()
    model.features = nn.Sequential(*modules)
    model.classifier = nn.Sequential(nn.Linear(6, 4), nn.ReLU(True), nn.Dropout(), nn.Linear(4, 2))
    return model.eval()


def torch_file(path, blocks, weights, legacy=False, dtype=None, wrapped=False, bn=None):
    import torch
    torch.manual_seed(0)
    state = features(blocks, weights, bn).state_dict()
    if dtype:
        state = OrderedDict((k, v.to(getattr(torch, dtype)) if v.is_floating_point() else v) for k, v in state.items())
    if wrapped:
        state = {'epoch': 3, 'best': 0.5, 'name': 'vgg', 'state_dict': OrderedDict(('module.' + k, v) for k, v in state.items()),
                 'optimizer': {'param_groups': [{'lr': 0.1, 'params': [0, 1], 'nesterov': False}], 'state': {}}}
    torch.save(state, path, _use_new_zipfile_serialization=not legacy)
    return state


def keras_file(path, blocks, weights, top=False, version=2, compressed=False):
    """As Keras writes weights: height, width, input, output; blue, green, red."""
    import h5py
    options = {'compression': 'gzip', 'shuffle': True} if compressed else {}
    with h5py.File(path, 'w') as f:
        layers = []
        for at, ((b, i), (w, bias)) in enumerate(zip(names(blocks), weights)):
            kernel = np.transpose(w[:, ::-1] if at == 0 else w, (2, 3, 1, 0)).copy()
            name = f'block{b}_conv{i}'
            layers.append(name)
            if version == 3:
                group = f.create_group(f'layers/conv2d{"" if at == 0 else f"_{at}"}/vars', track_order=True)
                group.create_dataset('0', data=kernel, **options)
                group.create_dataset('1', data=bias)
                continue
            group = f.create_group(name).create_group(name)
            group.create_dataset('kernel:0', data=kernel, **options)
            group.create_dataset('bias:0', data=bias)
            f[name].attrs['weight_names'] = [f'{name}/kernel:0'.encode(), f'{name}/bias:0'.encode()]
        if top:
            group = f.create_group('predictions').create_group('predictions')
            group.create_dataset('kernel:0', data=np.ones((6, 4), 'f4'))
            group.create_dataset('bias:0', data=np.zeros(4, 'f4'))
        f.attrs['layer_names'] = [n.encode() for n in layers]
        f.attrs['backend'] = 'tensorflow'


def matconvnet_file(path, blocks, weights, compressed=True, old=False):
    """As MatConvNet's imagenet-vgg-verydeep-19.mat: a cell of structs, filters height, width, input, output for red, green, blue."""
    import scipy.io
    layers, at = [], 0

    def conv(name, w, b):
        if old:
            return {'name': name, 'type': 'conv', 'filters': w, 'biases': b.reshape(1, -1), 'pad': np.array([[1.]]), 'stride': np.array([[1.]])}
        cell = np.empty((1, 2), object)
        cell[0, 0], cell[0, 1] = w, b.reshape(-1, 1)
        return {'name': name, 'type': 'conv', 'weights': cell, 'pad': np.array([[1.]]), 'stride': np.array([[1.]])}

    for b, n in enumerate(blocks):
        for i in range(n):
            w, bias = weights[at]
            at += 1
            layers.append(conv(f'conv{b + 1}_{i + 1}', np.transpose(w, (2, 3, 1, 0)).copy(), bias))
            layers.append({'name': f'relu{b + 1}_{i + 1}', 'type': 'relu'})
        layers.append({'name': f'pool{b + 1}', 'type': 'pool', 'method': 'max', 'pool': np.array([[2., 2.]]), 'stride': np.array([[2., 2.]])})
    layers.append(conv('fc6', np.ones((7, 7, weights[-1][0].shape[0], 4), 'f4'), np.zeros(4, 'f4')))
    cell = np.empty((1, len(layers)), object)
    for i, layer in enumerate(layers):
        cell[0, i] = layer
    average = np.broadcast_to(MEAN.astype('f4'), (4, 4, 3)).copy() if old else MEAN.astype('f4').reshape(1, 1, 3)
    meta = {'averageImage': average, 'imageSize': np.array([[224., 224., 3.]]), 'interpolation': 'bicubic'}
    content = {'layers': cell, 'normalization': meta} if old else {'layers': cell, 'meta': {'normalization': meta}}
    scipy.io.savemat(path, content, do_compression=compressed)


def npz_file(path, blocks, weights, compressed=False):
    arrays = {}
    for (b, i), (w, bias) in zip(names(blocks), weights):
        arrays[f'conv{b}_{i}_W'] = np.transpose(w, (2, 3, 1, 0)).copy()
        arrays[f'conv{b}_{i}_b'] = bias
    arrays['fc6_W'], arrays['fc6_b'] = np.ones((6, 4), 'f4'), np.zeros(4, 'f4')
    (np.savez_compressed if compressed else np.savez)(path, **arrays)


def onnx_graph(path, nodes, weights, size=64, opset=9, producer='', metadata=None, output='out', integers=None):
    from onnx import TensorProto, helper, numpy_helper, save
    tensors = [numpy_helper.from_array(np.asarray(v, np.float32), k) for k, v in weights.items()]
    tensors += [numpy_helper.from_array(np.asarray(v, np.int64), k) for k, v in (integers or {}).items()]
    graph = helper.make_graph(nodes, 'graph', [helper.make_tensor_value_info('data', TensorProto.FLOAT, [1, 3, size, size])],
                              [helper.make_tensor_value_info(output, TensorProto.FLOAT, None)], tensors)
    model = helper.make_model(graph, producer_name=producer, opset_imports=[helper.make_opsetid('', opset)])
    model.ir_version = 4
    for key, value in (metadata or {}).items():
        entry = model.metadata_props.add()
        entry.key, entry.value = key, value
    save(model, path)


def onnx_vgg(path, blocks, weights, bn=None):
    """As the model zoo has VGG: tensors named vgg0_conv0_weight and so on."""
    from onnx import helper
    nodes, tensors, x, at = [], {}, 'data', 0
    for b, n in enumerate(blocks):
        for i in range(n):
            w, bias = weights[at]
            tensors[f'vgg0_conv{at}_weight'], tensors[f'vgg0_conv{at}_bias'] = w, bias
            nodes.append(helper.make_node('Conv', [x, f'vgg0_conv{at}_weight', f'vgg0_conv{at}_bias'], [f'c{at}'], kernel_shape=[3, 3],
                                          pads=[1, 1, 1, 1], strides=[1, 1], dilations=[1, 1], group=1))
            x = f'c{at}'
            if bn is not None:
                parts = [f'vgg0_batchnorm{at}_{p}' for p in ('gamma', 'beta', 'running_mean', 'running_var')]
                for part, (low, high) in zip(parts, ((0.5, 2), (-1, 1), (-5, 5), (0.5, 4))):
                    tensors[part] = bn.uniform(low, high, len(bias))
                nodes.append(helper.make_node('BatchNormalization', [x] + parts, [f'n{at}'], epsilon=1e-5))
                x = f'n{at}'
            nodes.append(helper.make_node('Relu', [x], [f'r{at}']))
            x = f'r{at}'
            at += 1
        nodes.append(helper.make_node('MaxPool', [x], [f'p{b}'], kernel_shape=[2, 2], strides=[2, 2], pads=[0, 0, 0, 0]))
        x = f'p{b}'
    nodes.append(helper.make_node('Flatten', [x], ['flat']))
    tensors['vgg0_dense0_weight'], tensors['vgg0_dense0_bias'] = np.ones((4, weights[-1][0].shape[0] * 4)), np.zeros(4)
    nodes.append(helper.make_node('Gemm', ['flat', 'vgg0_dense0_weight', 'vgg0_dense0_bias'], ['dense'], transB=1))
    nodes.append(helper.make_node('Softmax', ['dense'], ['out']))
    onnx_graph(path, nodes, tensors)


class Net:
    """Small networks with the operators of well-known ones, weights random."""

    def __init__(self, seed):
        from onnx import helper
        self.node, self.random = helper.make_node, np.random.default_rng(seed)
        self.nodes, self.weights, self.integers, self.count = [], {}, {}, 0

    def add(self, op, inputs, **attributes):
        name = f'{op.lower()}_{self.count}'
        self.count += 1
        self.nodes.append(self.node(op, inputs, [name], **attributes))
        return name

    def weight(self, *shape, low=None, high=None):
        name = f'w_{len(self.weights)}'
        fan = int(np.prod(shape[1:])) or 1
        self.weights[name] = self.random.standard_normal(shape) * np.sqrt(2 / fan) if low is None else self.random.uniform(low, high, shape)
        return name

    def conv(self, x, inputs, outputs, kernel=3, stride=1, pad=None, group=1, bias=True):
        pad = kernel // 2 if pad is None else pad
        names = [x, self.weight(outputs, inputs // group, kernel, kernel)] + ([self.weight(outputs, low=-.2, high=.2)] if bias else [])
        return self.add('Conv', names, kernel_shape=[kernel, kernel], strides=[stride, stride], pads=[pad] * 4, group=group)

    def relu(self, x):
        return self.add('Relu', [x])

    def norm(self, x, channels, affine=False):
        parts = [self.weight(channels, low=a, high=b) for a, b in ((.5, 1.5), (-.3, .3), (-.2, .2), (.5, 1.5))]
        x = self.add('BatchNormalization', [x] + parts, epsilon=1e-5)
        if affine:  # Caffe's Scale layer
            a = self.add('Unsqueeze', [self.weight(channels, low=.5, high=1.5)], axes=[1, 2])
            b = self.add('Unsqueeze', [self.weight(channels, low=-.2, high=.2)], axes=[1, 2])
            x = self.add('Add', [self.add('Mul', [x, a]), b])
        return x

    def pool(self, x, kernel=3, stride=2, pads=(0, 0, 0, 0), kind='MaxPool'):
        return self.add(kind, [x], kernel_shape=[kernel, kernel], strides=[stride, stride], pads=list(pads))

    def lrn(self, x, bias=1.0):
        return self.add('LRN', [x], size=5, alpha=1e-2, beta=0.75, bias=bias)

    def save(self, path, x, channels, producer='onnx-caffe2', opset=9, metadata=None):
        x = self.add('GlobalAveragePool', [x])
        x = self.add('Flatten', [x])
        self.weights['fc_w'], self.weights['fc_b'] = np.ones((4, channels)), np.zeros(4)
        x = self.add('Gemm', [x, 'fc_w', 'fc_b'], transB=1)
        self.nodes.append(self.node('Softmax', [x], ['out']))
        onnx_graph(path, self.nodes, self.weights, opset=opset, producer=producer, integers=self.integers, metadata=metadata)


def alexnet(path):
    n = Net(1)
    x = n.pool(n.lrn(n.relu(n.conv('data', 3, 8, 11, 4, 0))))
    x = n.pool(n.lrn(n.relu(n.conv(x, 8, 8, 5, group=2))))
    x = n.relu(n.conv(x, 8, 12))
    x = n.relu(n.conv(x, 12, 12, group=2))
    x = n.pool(n.relu(n.conv(x, 12, 8, group=2)), pads=(0, 0, 1, 1))
    n.save(path, x, 8)


def zfnet(path):
    n = Net(2)
    x = n.pool(n.lrn(n.relu(n.conv('data', 3, 8, 7, 2, 1)), 2.0), pads=(0, 0, 1, 1))
    x = n.pool(n.lrn(n.relu(n.conv(x, 8, 8, 5, 2, 0)), 2.0))
    for _ in range(3):
        x = n.relu(n.conv(x, 8, 8))
    n.save(path, x, 8)


def inception(path, second=False):
    n = Net(4 if second else 3)

    def conv(x, i, o, k=1, s=1):
        x = n.conv(x, i, o, k, s, bias=not second)
        return n.relu(n.norm(x, o, affine=True) if second else x)

    x = n.pool(conv('data', 3, 8, 7, 2), pads=(0, 0, 1, 1))
    x = x if second else n.lrn(x)
    x = n.pool(conv(conv(x, 8, 8), 8, 8, 3), pads=(0, 0, 1, 1))
    for average in (False, True):
        pool = n.pool(x, 3, 1, (1, 1, 1, 1), 'AveragePool' if second or average else 'MaxPool')
        x = n.add('Concat', [conv(x, 8, 2), conv(conv(x, 8, 2), 2, 2, 3), conv(conv(x, 8, 2), 2, 2, 5), conv(pool, 8, 2)], axis=1)
    x = n.add('Concat', [conv(x, 8, 4, 3, 2), n.pool(x, pads=(0, 0, 1, 1))], axis=1)
    n.save(path, x, 12)


def resnet(path):
    n = Net(5)
    x = n.pool(n.relu(n.norm(n.conv('data', 3, 8, 7, 2, bias=False), 8)), pads=(1, 1, 1, 1))
    for inputs, outputs, stride in ((8, 8, 1), (8, 12, 2), (12, 12, 1), (12, 16, 2)):
        y = n.relu(n.norm(n.conv(x, inputs, 4, 1, bias=False), 4))
        y = n.relu(n.norm(n.conv(y, 4, 4, 3, stride, bias=False), 4))
        y = n.norm(n.conv(y, 4, outputs, 1, bias=False), outputs)
        short = x if (inputs, stride) == (outputs, 1) else n.norm(n.conv(x, inputs, outputs, 1, stride, bias=False), outputs)
        x = n.relu(n.add('Sum', [y, short]))
    n.save(path, x, 16)


def densenet(path):
    n = Net(6)
    x, channels = n.pool(n.relu(n.norm(n.conv('data', 3, 8, 7, 2, bias=False), 8, True)), pads=(1, 1, 1, 1)), 8
    for block in range(3):
        for _ in range(2):
            y = n.conv(n.relu(n.norm(x, channels, True)), channels, 8, 1, bias=False)
            x = n.add('Concat', [x, n.conv(n.relu(n.norm(y, 8, True)), 8, 4, 3, bias=False)], axis=1)
            channels += 4
        if block < 2:
            x = n.pool(n.conv(n.relu(n.norm(x, channels, True)), channels, channels // 2, 1, bias=False), 2, 2, kind='AveragePool')
            channels //= 2
    n.save(path, n.relu(n.norm(x, channels, True)), channels)


def shufflenet(path):
    n = Net(7)
    x, side = n.pool(n.relu(n.norm(n.conv('data', 3, 8, 3, 2), 8)), pads=(1, 1, 1, 1)), 16
    for stride in (2, 1, 2):
        y = n.relu(n.norm(n.conv(x, 8 if stride == 2 and side == 16 else 16, 8, 1, group=4, bias=False), 8))
        n.integers[f'split{side}{stride}'], n.integers[f'join{side}{stride}'] = [1, 4, 2, side, side], [1, 8, side, side]
        y = n.add('Reshape', [y, f'split{side}{stride}'])
        y = n.add('Reshape', [n.add('Transpose', [y], perm=[0, 2, 1, 3, 4]), f'join{side}{stride}'])
        y = n.norm(n.conv(y, 8, 8, 3, stride, group=8, bias=False), 8)
        if stride == 2 and side == 16:
            x = n.relu(n.add('Concat', [n.norm(n.conv(y, 8, 8, 1, group=4, bias=False), 8), n.pool(x, pads=(1, 1, 1, 1), kind='AveragePool')], axis=1))
            side = 8
        elif stride == 2:
            y = n.norm(n.conv(y, 8, 16, 1, group=4, bias=False), 16)
            x = n.relu(n.add('Concat', [y, n.pool(x, pads=(1, 1, 1, 1), kind='AveragePool')], axis=1))
        else:
            x = n.relu(n.add('Sum', [n.norm(n.conv(y, 8, 16, 1, group=4, bias=False), 16), x]))
    n.save(path, x, 32)


def squeezenet(path):
    n = Net(8)
    x = n.pool(n.relu(n.conv('data', 3, 8, 3, 2, 0)))
    for at in range(4):
        s = n.relu(n.conv(x, 8, 3, 1))
        x = n.add('Concat', [n.relu(n.conv(s, 3, 4, 1)), n.relu(n.conv(s, 3, 4, 3))], axis=1)
        x = n.pool(x) if at == 1 else x
    x = n.add('Dropout', [x], ratio=0.5)
    n.save(path, n.relu(n.conv(x, 8, 8, 1)), 8)


def mobilenet(path):
    n = Net(9)

    def relu6(x):
        return n.add('Clip', [x], min=0.0, max=6.0)

    n.weights['mean'], n.weights['std'] = np.array([123.68, 116.779, 103.939]).reshape(1, 3, 1, 1), np.full((1, 3, 1, 1), 58.0)
    x = n.add('Div', [n.add('Sub', ['data', 'mean']), 'std'])
    x = relu6(n.norm(n.conv(x, 3, 8, 3, 2, bias=False), 8))
    for inputs, outputs, stride in ((8, 8, 1), (8, 12, 2), (12, 12, 1), (12, 16, 2), (16, 16, 1)):
        y = relu6(n.norm(n.conv(x, inputs, 24, 1, bias=False), 24))
        y = relu6(n.norm(n.conv(y, 24, 24, 3, stride, group=24, bias=False), 24))
        y = n.norm(n.conv(y, 24, outputs, 1, bias=False), outputs)
        x = n.add('Add', [x, y]) if (inputs, stride) == (outputs, 1) else y
    n.save(path, x, 16, producer='pytorch')


def unknown_operators(path):
    n = Net(10)
    x = n.relu(n.conv('data', 3, 4))
    y = n.add('Selu', [n.conv(x, 4, 4)])
    y = n.add('Softsign', [n.add('Selu', [n.conv(y, 4, 4)])])
    n.save(path, n.relu(n.conv(y, 4, 4)), 4)


def small(folder):
    w19, w16 = narrow(VGG19, 19), narrow(VGG16, 16)
    f = folder.rstrip('/') + '/'
    for kind, name in (('F32', 'float'), ('F16', 'half'), ('BF16', 'brain'), ('I8', 'bytes')):
        plain(f'{f}vgg19-{name}.safetensors', w19, VGG19, kind)
    plain(f'{f}vgg16-float.safetensors', w16, VGG16)
    for legacy, name in ((False, 'zip'), (True, 'legacy')):
        for dtype in (None, 'float16', 'bfloat16', 'float64'):
            torch_file(f'{f}vgg19-{name}{"-" + dtype if dtype else ""}.pth', VGG19, w19, legacy, dtype)
    torch_file(f'{f}vgg19-wrapped.pth', VGG19, w19, wrapped=True)
    torch_file(f'{f}vgg16-zip.pth', VGG16, w16)
    state = torch_file(f'{f}vgg19-bn.pth', VGG19, w19, bn=np.random.default_rng(5))
    folded, at = [], 0
    for n in VGG19:  # what the normalised network is, by NumPy in 64 bits
        for _ in range(n):
            w, b, g, s, m, v = (state[f'features.{k}'].numpy().astype(np.float64) for k in (
                f'{at}.weight', f'{at}.bias', f'{at + 1}.weight', f'{at + 1}.bias', f'{at + 1}.running_mean', f'{at + 1}.running_var'))
            scale = g / np.sqrt(v + 1e-5)
            folded.append(((w * scale[:, None, None, None]).astype('f4'), ((b - m) * scale + s).astype('f4')))
            at += 3
        at += 1
    plain(f'{f}vgg19-bn-folded.safetensors', folded, VGG19)
    keras_file(f'{f}vgg19-notop.h5', VGG19, w19)
    keras_file(f'{f}vgg19-top.h5', VGG19, w19, top=True)
    keras_file(f'{f}vgg19-keras3.weights.h5', VGG19, w19, version=3)
    keras_file(f'{f}vgg19-gzip.h5', VGG19, w19, compressed=True)
    keras_file(f'{f}vgg16-notop.h5', VGG16, w16)
    matconvnet_file(f'{f}vgg19.mat', VGG19, w19)
    matconvnet_file(f'{f}vgg19-plain.mat', VGG19, w19, compressed=False)
    matconvnet_file(f'{f}vgg19-old.mat', VGG19, w19, old=True)
    matconvnet_file(f'{f}vgg16.mat', VGG16, w16)
    npz_file(f'{f}vgg19.npz', VGG19, w19)
    npz_file(f'{f}vgg19-compressed.npz', VGG19, w19, True)
    npz_file(f'{f}vgg16.npz', VGG16, w16)
    onnx_vgg(f'{f}vgg19.onnx', VGG19, w19)
    onnx_vgg(f'{f}vgg19-bn.onnx', VGG19, w19, np.random.default_rng(6))
    onnx_vgg(f'{f}vgg16.onnx', VGG16, w16)
    for make in (alexnet, zfnet, resnet, densenet, shufflenet, squeezenet, mobilenet):
        make(f'{f}{make.__name__}.onnx')
    inception(f'{f}inception-v1.onnx')
    inception(f'{f}inception-v2.onnx', True)
    unknown_operators(f'{f}unknown-operators.onnx')


def full(form, source, target):
    tensors = read_safetensors(source)
    at, weights = 0, []
    for n in VGG19:
        for _ in range(n):
            weights.append((tensors[f'features.{at}.weight'], tensors[f'features.{at}.bias']))
            at += 2
        at += 1
    flipped = [(weights[0][0][:, ::-1].copy(), weights[0][1])] + weights[1:]
    std, mean = np.array([.229, .224, .225]), np.array([.485, .456, .406])
    # For (x / 255 - mean) / std the filters are multiplied by 255 std; the means differ in the third decimal.
    unit = [((weights[0][0] * (255 * std).reshape(1, 3, 1, 1)).astype('f4'), weights[0][1])] + weights[1:]
    {
        'torch-zip': lambda: torch_file(target, VGG19, unit),
        'torch-legacy': lambda: torch_file(target, VGG19, unit, legacy=True),
        'torch-half': lambda: torch_file(target, VGG19, unit, dtype='float16'),
        'caffe-zip': lambda: torch_file(target, VGG19, flipped),
        'caffe-legacy': lambda: torch_file(target, VGG19, flipped, legacy=True),
        'keras': lambda: keras_file(target, VGG19, weights),
        'matconvnet': lambda: matconvnet_file(target, VGG19, weights),
        'matconvnet-plain': lambda: matconvnet_file(target, VGG19, weights, compressed=False),
        'npz': lambda: npz_file(target, VGG19, weights),
        'onnx': lambda: onnx_vgg(target, VGG19, unit),
        'half': lambda: plain(target, weights, VGG19, 'F16'),
        'brain': lambda: plain(target, weights, VGG19, 'BF16'),
        'bytes': lambda: plain(target, weights, VGG19, 'I8'),
    }[form]()


if __name__ == '__main__':
    small(sys.argv[2]) if sys.argv[1] == 'small' else full(*sys.argv[2:])
