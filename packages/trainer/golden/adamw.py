"""Writes adamw/: torch.optim.AdamW on one tensor [2, 3] with given gradients, with and without weight decay."""

import torch

from tiny_models import HERE, rounded, write_json

FOLDER = HERE / "adamw"
FOLDER.mkdir(exist_ok=True)
BETAS, EPSILON = (0.9, 0.999), 1e-8
# A rate of 0 at first, as warm-up gives: the moments move, the parameter does not.
LEARNING_RATES = [0.0, 0.01, 0.02, 0.01, 0.005]

generator = torch.Generator().manual_seed(7)
start = torch.randn(2, 3, generator=generator, dtype=torch.float32).double()
gradients = torch.randn(len(LEARNING_RATES), 2, 3, generator=generator, dtype=torch.float32).double()
gradients[:, 0, 0] = 0.0  # never a gradient: decay alone moves it
gradients[:, 0, 1] *= 1e-8  # as small as epsilon: tells where epsilon is added
gradients[:, 0, 2] *= 100.0
gradients = gradients.float().double()

cases = []
for decay in [0.0, 0.1]:
    parameter = torch.nn.Parameter(start.clone())
    optimizer = torch.optim.AdamW([parameter], lr=1.0, betas=BETAS, eps=EPSILON, weight_decay=decay, foreach=False)
    steps = []
    for rate, gradient in zip(LEARNING_RATES, gradients):
        optimizer.param_groups[0]["lr"] = rate
        parameter.grad = gradient.clone()
        optimizer.step()
        state = optimizer.state[parameter]
        steps.append(
            {
                "parameter": rounded(parameter.detach()),
                "firstMoment": rounded(state["exp_avg"]),
                "secondMoment": rounded(state["exp_avg_sq"]),
            }
        )
    cases.append({"weightDecay": decay, "steps": steps})

write_json(
    FOLDER / "adamw.json",
    {
        "beta1": BETAS[0],
        "beta2": BETAS[1],
        "epsilon": EPSILON,
        "learningRates": LEARNING_RATES,
        "parameter": rounded(start),
        "gradients": rounded(gradients),
        "cases": cases,
    },
)
print("adamw: written")
