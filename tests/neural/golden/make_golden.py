#!/usr/bin/env python3
"""Computes golden values with PyTorch; tests/neural/GoldenTests.cs holds this library to them.

Debian: apt-get install python3-torch; then python3 tests/neural/golden/make_golden.py. PyTorch keeps weights as
[out, in]; they are written here as [in, out], the layout of this library. All arrays are flat, row-major.
"""
import json
import math
import pathlib

import torch
import torch.nn.functional as F

torch.manual_seed(20)
torch.set_num_threads(1)
golden = {}


def flat(tensor):
    return [float(f"{value:.9g}") for value in tensor.detach().reshape(-1).tolist()]


def record(name, **tensors):
    golden[name] = {key: flat(value) for key, value in tensors.items()}


def recurrent(name, module, gates):
    batch, steps, inputs, hidden = 3, 5, 4, 6
    x = torch.randn(batch, steps, inputs, requires_grad=True)
    h0 = torch.randn(1, batch, hidden, requires_grad=True)
    c0 = torch.randn(1, batch, hidden, requires_grad=True)
    net = module(inputs, hidden, batch_first=True)
    y, _ = net(x, h0) if gates == 3 else net(x, (h0, c0))
    dy = torch.randn_like(y)
    (y * dy).sum().backward()
    part = lambda t: t.t().contiguous()
    record(
        name, x=x, h0=h0, c0=c0, y=y, dy=dy, dx=x.grad, dh0=h0.grad,
        dc0=c0.grad if gates == 4 else torch.zeros(1),
        w=part(net.weight_ih_l0), u=part(net.weight_hh_l0), bw=net.bias_ih_l0, bu=net.bias_hh_l0,
        dw=part(net.weight_ih_l0.grad), du=part(net.weight_hh_l0.grad), dbw=net.bias_ih_l0.grad,
        dbu=net.bias_hh_l0.grad)


def layer_norm():
    x = torch.randn(4, 9, requires_grad=True)
    net = torch.nn.LayerNorm(9)
    with torch.no_grad():
        net.weight.copy_(torch.randn(9))
        net.bias.copy_(torch.randn(9))
    y = net(x)
    dy = torch.randn_like(y)
    (y * dy).sum().backward()
    record("layer_norm", x=x, gain=net.weight, bias=net.bias, y=y, dy=dy, dx=x.grad,
           dgain=net.weight.grad, dbias=net.bias.grad)


def gelu():
    x = torch.linspace(-6, 6, 41, requires_grad=True)
    y = F.gelu(x, approximate="tanh")
    y.sum().backward()
    record("gelu_tanh", x=x, y=y, dx=x.grad)


def attention():
    batch, queries, keys, width, values = 2, 3, 5, 4, 6
    lengths = torch.tensor([5, 3])
    q = torch.randn(batch, queries, width, requires_grad=True)
    k = torch.randn(batch, keys, width, requires_grad=True)
    v = torch.randn(batch, keys, values, requires_grad=True)
    bias = torch.randn(keys, requires_grad=True)
    logits = q @ k.transpose(1, 2) / math.sqrt(width) + bias
    masked = torch.arange(keys)[None, None, :] >= lengths[:, None, None]
    y = torch.softmax(logits.masked_fill(masked, -math.inf), dim=-1) @ v
    dy = torch.randn_like(y)
    (y * dy).sum().backward()
    record("attention", q=q, k=k, v=v, bias=bias, y=y, dy=dy, dq=q.grad, dk=k.grad, dv=v.grad, dbias=bias.grad)


def optimizer(name, make):
    start = torch.randn(11)
    gradients = torch.randn(4, 11)
    parameter = torch.nn.Parameter(start.clone())
    stepper = make([parameter])
    after = []
    for gradient in gradients:
        parameter.grad = gradient.clone()
        stepper.step()
        after.append(parameter.detach().clone())
    record(name, start=start, gradients=gradients, after=torch.stack(after))


def losses():
    logits = torch.tensor([-30.0, -3.0, -0.1, 0.0, 0.7, 5.0, 40.0], requires_grad=True)
    labels = torch.tensor([0.0, 1.0, 0.25, 1.0, 0.0, 1.0, 0.0])
    loss = F.binary_cross_entropy_with_logits(logits, labels)
    loss.backward()
    record("logistic", logits=logits, labels=labels, loss=loss, d=logits.grad)

    outputs, targets = torch.randn(6, requires_grad=True), torch.randn(6)
    loss = F.mse_loss(outputs, targets)
    loss.backward()
    record("squared_error", outputs=outputs, targets=targets, loss=loss, d=outputs.grad)

    scores = torch.randn(7, requires_grad=True)
    loss = -F.logsigmoid(scores[0] - scores[1:]).mean()
    loss.backward()
    record("bayesian_ranking", scores=scores, loss=loss, d=scores.grad)

    logits = torch.randn(6, requires_grad=True)
    q = torch.tensor([0.02, 0.3, 0.1, 0.004, 0.25])
    corrected = torch.cat([logits[:1], logits[1:] - torch.log(q * 5)])
    loss = F.cross_entropy(corrected[None, :], torch.tensor([0]))
    loss.backward()
    record("sampled_softmax", logits=logits, q=q, loss=loss, d=logits.grad)

    logits = torch.randn(4, 4, requires_grad=True)
    q = torch.tensor([0.02, 0.3, 0.1, 0.3])
    same = torch.zeros(4, 4, dtype=torch.bool)
    same[1, 3] = same[3, 1] = True  # examples 1 and 3 took the same item
    corrected = (logits - torch.log(q)).masked_fill(same, -math.inf)
    loss = F.cross_entropy(corrected, torch.arange(4))
    loss.backward()
    record("in_batch_softmax", logits=logits, q=q, loss=loss, d=logits.grad)


def clip():
    parts = [torch.nn.Parameter(torch.zeros(5)), torch.nn.Parameter(torch.zeros(8))]
    for part in parts:
        part.grad = 3 * torch.randn_like(part)
    before = torch.cat([part.grad.clone() for part in parts])
    norm = torch.nn.utils.clip_grad_norm_(parts, 1.5)
    record("clip", before=before, norm=norm, after=torch.cat([part.grad for part in parts]))


recurrent("gru", torch.nn.GRU, 3)
recurrent("lstm", torch.nn.LSTM, 4)
layer_norm()
gelu()
attention()
optimizer("sgd", lambda p: torch.optim.SGD(p, lr=0.05, weight_decay=0.1))
optimizer("sgd_momentum", lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, weight_decay=0.1))
optimizer("adagrad", lambda p: torch.optim.Adagrad(p, lr=0.1, initial_accumulator_value=0.1, eps=1e-6))
optimizer("adam", lambda p: torch.optim.Adam(p, lr=0.01))
optimizer("adamw", lambda p: torch.optim.AdamW(p, lr=0.01, weight_decay=0.2))
losses()
clip()

path = pathlib.Path(__file__).with_name("golden.json")
cases = ",\n".join(f"{json.dumps(name)}: {json.dumps(case)}" for name, case in golden.items())
path.write_text("{\n" + cases + "\n}\n")
print(f"{path}: {len(golden)} cases by PyTorch {torch.__version__}")
