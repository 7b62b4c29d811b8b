"""Writes sentence-embeddings/: what transformers makes of ten sentences with all-MiniLM-L6-v2.

Give the model's folder: python sentence-embeddings.py models/sentence-transformers/all-MiniLM-L6-v2
"""

import sys

import torch
from transformers import AutoModel, AutoTokenizer

from tiny_models import HERE, write_json, write_tensors

SENTENCES = [
    "The ferry leaves at noon.",
    "At twelve o'clock the boat departs.",
    "Nobody had watered the tomatoes for a week.",
    "How do I reset my password?",
    "Café, naïve, Zürich: accents are taken off.",
    "日本語 and English in one sentence.",
    "The committee, which had met on Tuesday, could not agree on a budget, a date, or even on the colour of the new door.",
    "2 + 2 = 4, and $5.99 is not €5.99!",
    "ALL CAPITALS, UNQUESTIONABLY",
    "It rains.",
]

folder = sys.argv[1]
tokenizer = AutoTokenizer.from_pretrained(folder)
model = AutoModel.from_pretrained(folder, attn_implementation="eager").double().eval()
given = tokenizer(SENTENCES, padding=True, truncation=True, max_length=128, return_tensors="pt")
with torch.no_grad():
    states = model(**given).last_hidden_state
mask = given["attention_mask"].unsqueeze(-1).double()
mean = (states * mask).sum(1) / mask.sum(1)
embeddings = torch.nn.functional.normalize(mean, dim=1)

out = HERE / "sentence-embeddings"
out.mkdir(exist_ok=True)
write_json(out / "sentences.json", {"sentences": SENTENCES, "ids": [
    [token for token, keep in zip(ids, kept) if keep]
    for ids, kept in zip(given["input_ids"].tolist(), given["attention_mask"].tolist())
]})
write_tensors(out / "embeddings.safetensors", {"embeddings": embeddings})
print("similarity of the first two:", (embeddings[0] @ embeddings[1]).item())
