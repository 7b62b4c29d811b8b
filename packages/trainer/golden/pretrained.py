"""Writes pretrained-bert/ and pretrained-distilbert/: checkpoints in F32, F16 and BF16 and the logits that transformers gives them."""

import copy

import torch
from safetensors.torch import save_file

from tiny_models import HERE, pad, random_rows, rounded, save_model, tiny_bert, tiny_distilbert, write_json

DTYPES = {"F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16}


def write(folder, model, generator_seed):
    save_model(model.eval(), folder)
    generator = torch.Generator().manual_seed(generator_seed)
    input_ids, attention_mask = pad(random_rows(generator, [9, 5, 7]), 9)
    logits = {}
    for name, dtype in DTYPES.items():
        # Rounded to the type, then widened: what a reader has to compute with.
        stored = {key: value.to(dtype).contiguous() for key, value in model.state_dict().items()}
        path = folder / f"{name}.safetensors"
        save_file(stored, path, metadata={"format": "pt"})
        path.chmod(0o644)
        widened = copy.deepcopy(model).double()
        widened.load_state_dict({key: value.double() for key, value in stored.items()})
        with torch.no_grad():
            logits[name] = rounded(widened(input_ids=input_ids, attention_mask=attention_mask).logits)
    (folder / "model.safetensors").unlink()
    write_json(
        folder / "logits.json",
        {"input_ids": input_ids.tolist(), "attention_mask": attention_mask.tolist(), "logits": logits},
    )
    print(folder.name, logits)


write(HERE / "pretrained-bert", tiny_bert(seed=11, weight_deviation=0.2), 12)
write(HERE / "pretrained-distilbert", tiny_distilbert(seed=13, weight_deviation=0.2), 14)
