"""Writes distilbert-gradient/: the distillation loss of a tiny DistilBERT classifier, and all its gradients."""

import copy

import torch
from torch.nn import functional as F

from tiny_models import HERE, digits, pad, random_rows, save_model, tiny_distilbert, worst_relative_error, write_json, write_tensors

FOLDER = HERE / "distilbert-gradient"
TEMPERATURE, HARD, SOFT = 2.5, 0.3, 0.7


def distillation_loss(logits, teacher_logits, labels):
    """(loss, hard, soft): loss = HARD * hard + SOFT * T^2 * soft; logits and teacher_logits [batch, labels]."""
    hard = F.cross_entropy(logits, labels)
    soft = F.kl_div(
        F.log_softmax(logits / TEMPERATURE, dim=-1), F.softmax(teacher_logits / TEMPERATURE, dim=-1), reduction="batchmean"
    )
    return HARD * hard + SOFT * TEMPERATURE**2 * soft, hard, soft


def run(model, input_ids, attention_mask, labels, teacher_logits):
    model.zero_grad()
    output = model(input_ids=input_ids, attention_mask=attention_mask, output_hidden_states=True)
    output.logits.retain_grad()
    losses = distillation_loss(output.logits, teacher_logits.to(output.logits.dtype), labels)
    losses[0].backward()
    return output, losses, {name: parameter.grad for name, parameter in model.named_parameters()}


model = tiny_distilbert(seed=3, weight_deviation=0.2).train()
save_model(model, FOLDER)

generator = torch.Generator().manual_seed(4)
input_ids, attention_mask = pad(random_rows(generator, [6, 9, 4]), 9)
labels = torch.tensor([2, 0, 1])
teacher_logits = torch.randn(3, 3, generator=generator) * 2
batch = {"input_ids": input_ids, "attention_mask": attention_mask, "labels": labels}
write_json(FOLDER / "batch.json", {name: tensor.tolist() for name, tensor in batch.items()})

double = copy.deepcopy(model).double()
output, (loss, hard, soft), gradients = run(double, input_ids, attention_mask, labels, teacher_logits)
pooled = F.relu(double.pre_classifier(output.hidden_states[-1][:, 0]))
expected = {"logits": output.logits, "logits.gradient": output.logits.grad, "pooled": pooled, "teacher_logits": teacher_logits}
for index, state in enumerate(output.hidden_states):
    expected[f"hidden_states.{index}"] = state
write_tensors(FOLDER / "expected.safetensors", expected)
write_tensors(FOLDER / "gradients.safetensors", gradients)

norm = torch.stack([gradient.norm() for gradient in gradients.values()]).norm().item()
write_json(
    FOLDER / "loss.json",
    {
        "temperature": TEMPERATURE,
        "hardWeight": HARD,
        "softWeight": SOFT,
        "hard": digits(hard.item()),
        "soft": digits(soft.item()),
        "loss": digits(loss.item()),
        "gradientNorm": digits(norm),
    },
)
_, single_losses, single_gradients = run(model, input_ids, attention_mask, labels, teacher_logits)
print(f"distilbert-gradient: loss {loss.item():.6f}, in float32 {single_losses[0].item():.6f}; gradient norm {norm:.4f}")
print("  worst relative error of a gradient in float32:", worst_relative_error(single_gradients, gradients))
print("  smallest gradients:", sorted((g.norm().item(), name) for name, g in gradients.items())[:6])
print("  ReLU passes", (pooled > 0).sum().item(), "of", pooled.numel())
