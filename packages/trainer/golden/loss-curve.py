"""Writes loss-curve/: 50 steps of AdamW on a tiny BERT, with warm-up, decay and clipping, as transformers does them."""

import copy

import torch
from torch.nn.utils import clip_grad_norm_
from transformers import get_linear_schedule_with_warmup

from tiny_models import HERE, digits, is_layer_norm, pad, save_model, tiny_bert, write_json, write_tensors

FOLDER = HERE / "loss-curve"
STEPS, WARMUP, BATCH, LENGTH = 50, 5, 8, 12
PEAK, BETAS, EPSILON, DECAY, MAX_NORM = 2e-3, (0.9, 0.999), 1e-8, 0.01, 1.0


def random_batch(generator):
    """The label is told by tokens: 5 ... 8 say 0, 9 ... 12 say 1; they are about half of a text, the rest is noise."""
    labels = torch.randint(0, 2, (BATCH,), generator=generator).tolist()
    texts = []
    for label in labels:
        length = int(torch.randint(6, LENGTH + 1, (1,), generator=generator))
        telling = torch.randint(5 + 4 * label, 9 + 4 * label, (length - 2,), generator=generator)
        noise = torch.randint(13, 60, (length - 2,), generator=generator)
        chosen = torch.rand(length - 2, generator=generator) < 0.5
        texts.append([2, *torch.where(chosen, telling, noise).tolist(), 3])
    return {"input_ids": texts, "labels": labels}


def train(model, batches):
    undecayed = [name for name, _ in model.named_parameters() if name.endswith(".bias") or is_layer_norm(name)]
    parameters = dict(model.named_parameters())
    groups = [
        {"params": [p for name, p in parameters.items() if name not in undecayed], "weight_decay": DECAY},
        {"params": [parameters[name] for name in undecayed], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=PEAK, betas=BETAS, eps=EPSILON, fused=False, foreach=False)
    schedule = get_linear_schedule_with_warmup(optimizer, WARMUP, STEPS)
    losses, norms, rates = [], [], []
    for batch in batches:
        input_ids, attention_mask = pad(batch["input_ids"], LENGTH)
        loss = model(input_ids=input_ids, attention_mask=attention_mask, labels=torch.tensor(batch["labels"])).loss
        optimizer.zero_grad()
        loss.backward()
        losses.append(loss.item())
        norms.append(clip_grad_norm_(model.parameters(), MAX_NORM).item())
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    return losses, norms, rates, undecayed


model = tiny_bert(seed=5, weight_deviation=0.2).train()
save_model(model, FOLDER)
generator = torch.Generator().manual_seed(6)
batches = [random_batch(generator) for _ in range(STEPS)]
write_json(FOLDER / "batches.json", {"length": LENGTH, "batches": batches})

double = copy.deepcopy(model).double()
losses, norms, rates, undecayed = train(double, batches)
single_losses, single_norms, _, _ = train(model, batches)
write_tensors(FOLDER / "final.safetensors", double.state_dict())
write_json(
    FOLDER / "curve.json",
    {
        "peakLearningRate": PEAK,
        "beta1": BETAS[0],
        "beta2": BETAS[1],
        "epsilon": EPSILON,
        "weightDecay": DECAY,
        "withoutDecay": undecayed,
        "maxGradientNorm": MAX_NORM,
        "warmupSteps": WARMUP,
        "steps": STEPS,
        "learningRate": [digits(value) for value in rates],
        "loss": [digits(value) for value in losses],
        "gradientNorm": [digits(value) for value in norms],
    },
)
difference = max(abs(a / b - 1) for a, b in zip(single_losses, losses))
norm_difference = max(abs(a / b - 1) for a, b in zip(single_norms, norms))
print(f"loss-curve: first five {sum(losses[:5]) / 5:.4f}, last five {sum(losses[-5:]) / 5:.4f}; clipped {sum(n > MAX_NORM for n in norms)} of {STEPS}")
print(f"  float32 against float64, worst step: loss {difference:.1e}, gradient norm {norm_difference:.1e}")
apart = {n: (dict(model.named_parameters())[n] - p).abs().max().item() for n, p in double.named_parameters()}
print("  final weights, float32 against float64, max |difference|:", sorted(((v, n) for n, v in apart.items()), reverse=True)[:4])
