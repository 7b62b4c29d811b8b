"""Writes bert-gradient/: forward values, loss and all gradients of a tiny BERT classifier."""

import copy

import torch

from tiny_models import HERE, digits, pad, random_rows, save_model, tiny_bert, worst_relative_error, write_json, write_tensors

FOLDER = HERE / "bert-gradient"


def run(model, batch):
    model.zero_grad()
    output = model(**batch, output_hidden_states=True)
    output.logits.retain_grad()
    output.loss.backward()
    pooled = model.bert.pooler(output.hidden_states[-1])
    gradients = {name: parameter.grad for name, parameter in model.named_parameters()}
    return output, pooled, gradients


model = tiny_bert(seed=1, weight_deviation=0.2).train()
save_model(model, FOLDER)

generator = torch.Generator().manual_seed(2)
input_ids, attention_mask = pad(random_rows(generator, [9, 5, 7]), 9)
batch = {
    "input_ids": input_ids,
    "attention_mask": attention_mask,
    "token_type_ids": torch.zeros_like(input_ids),
    "labels": torch.tensor([0, 1, 1]),
}
write_json(FOLDER / "batch.json", {name: tensor.tolist() for name, tensor in batch.items()})

output, pooled, gradients = run(copy.deepcopy(model).double(), batch)
expected = {"logits": output.logits, "logits.gradient": output.logits.grad, "pooled": pooled}
for index, state in enumerate(output.hidden_states):
    expected[f"hidden_states.{index}"] = state
write_tensors(FOLDER / "expected.safetensors", expected)
write_tensors(FOLDER / "gradients.safetensors", gradients)

single, _, single_gradients = run(model, batch)
norm = torch.stack([gradient.norm() for gradient in gradients.values()]).norm().item()
write_json(FOLDER / "loss.json", {"loss": digits(output.loss.item()), "gradientNorm": digits(norm)})
print(f"bert-gradient: loss {output.loss.item():.6f}, in float32 {single.loss.item():.6f}; gradient norm {norm:.4f}")
print("  worst relative error of a gradient in float32:", worst_relative_error(single_gradients, gradients))
print("  smallest gradients:", sorted((g.norm().item(), name) for name, g in gradients.items())[:6])
