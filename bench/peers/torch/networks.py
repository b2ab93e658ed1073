"""A multilayer perceptron with one output, and optionally a linear path beside it; ReLU between the layers."""
import copy

import torch
from torch import nn

from variants import fastest


class Network(nn.Module):
    def __init__(self, sizes, wide, parameters):
        super().__init__()
        layers, at = [], 0

        def take(count):
            nonlocal at
            at += count
            return parameters[at - count:at].clone()

        for inputs, outputs in zip(sizes, sizes[1:]):
            last = len(layers) == 2 * (len(sizes) - 2)
            linear = nn.Linear(inputs, outputs, bias=not last)
            # Ours are [in, out]; nn.Linear keeps [out, in].
            linear.weight.data = take(inputs * outputs).reshape(inputs, outputs).t().contiguous()
            if not last:
                linear.bias.data = take(outputs)
            layers += [linear] if last else [linear, nn.ReLU()]
        self.deep = nn.Sequential(*layers)
        self.wide = nn.Linear(sizes[0], 1, bias=False) if wide else None
        if wide:
            self.wide.weight.data = take(sizes[0]).reshape(1, -1)

    def forward(self, x):
        return self.deep(x) if self.wide is None else self.deep(x) + self.wide(x)


class Forward:
    """The forward pass, without gradients."""

    def __init__(self, request, array):
        self.x = array(request["x"]).reshape(request["batch"], -1)
        network = Network(request["sizes"], request["wide"], array(request["parameters"])).eval()
        with torch.inference_mode():
            self.outputs = network(self.x).flatten()
            variants = self.variants(network)
            self.eager = variants["eager"]
            self.variant, self.step = fastest(variants, request["budget"])

    def variants(self, network):
        with torch.no_grad():
            traced = torch.jit.freeze(torch.jit.trace(copy.deepcopy(network), self.x))
            optimized = torch.jit.optimize_for_inference(torch.jit.trace(copy.deepcopy(network), self.x))
        return {name: self.inference(model) for name, model in (
            ("eager", network), ("jit", traced), ("jit, optimized for inference", optimized))}

    def inference(self, model):
        x = self.x

        @torch.inference_mode()
        def step():
            return model(x)

        return step


class Training:
    """Forward, logistic loss, backward, Adam."""

    STEPS_TO_COMPARE = 3

    def __init__(self, request, array):
        self.x = array(request["x"]).reshape(request["batch"], -1)
        self.labels = array(request["labels"]).reshape(-1, 1)
        self.rate = request["rate"]
        self.network = Network(request["sizes"], request["wide"], array(request["parameters"]))
        step = self.training(copy.deepcopy(self.network), foreach=False)
        for _ in range(self.STEPS_TO_COMPARE):
            network = step()
        self.outputs = network(self.x).flatten()
        variants = self.variants()
        self.eager = variants["eager"]
        self.variant, self.step = fastest(variants, request["budget"])

    def variants(self):
        variants = {}
        for name, foreach in (("eager", False), ("eager, foreach", True)):
            variants[name] = self.training(copy.deepcopy(self.network), foreach)
            traced = torch.jit.trace(copy.deepcopy(self.network), self.x)
            variants[name.replace("eager", "jit")] = self.training(traced, foreach)
        return variants

    def training(self, network, foreach):
        x, labels = self.x, self.labels
        loss = nn.BCEWithLogitsLoss()
        adam = torch.optim.Adam(network.parameters(), lr=self.rate, foreach=foreach)

        def step():
            adam.zero_grad(set_to_none=True)
            loss(network(x), labels).backward()
            adam.step()
            return network

        return step
