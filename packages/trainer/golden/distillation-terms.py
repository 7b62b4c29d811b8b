"""Writes distillation-terms/: the terms of a distillation loss beyond the logits, and the gradients of each.

The teacher is the BERT of bert-gradient/, the student the DistilBERT of distilbert-gradient/ or a narrower one; the batch is that
of distilbert-gradient/. The terms are written text by text and without padding, so that nothing of it can count.
"""

import json

import torch
from safetensors.torch import load_file
from torch.nn import functional as F
from transformers import (
    BertForSequenceClassification,
    DistilBertConfig,
    DistilBertForSequenceClassification,
)

from tiny_models import HERE, digits, randomize, save_model, write_json, write_tensors

FOLDER = HERE / "distillation-terms"
TEMPERATURE = 2.5

CASES = {
    "hidden-cosine": {
        "hiddenStates": {"weight": 0.9, "distance": "cosine", "tokens": "all", "pairs": [[0, 0], [1, 2], [2, 1]]}
    },
    "hidden-mse": {"hiddenStates": {"weight": 0.7, "distance": "mse", "tokens": "all", "pairs": [[1, 1]]}},
    "hidden-cls": {"hiddenStates": {"weight": 1.3, "distance": "mse", "tokens": "cls", "pairs": [[1, 2], [2, 2]]}},
    "attention-kl": {"attention": {"weight": 1.1, "distance": "kl", "pairs": [[0, 1], [1, 0]]}},
    "attention-mse": {"attention": {"weight": 0.8, "distance": "mse", "pairs": [[0, 0]]}},
    "relations": {"relations": {"weight": 1.2, "heads": 4, "teacherLayer": 0, "studentLayer": 1}},
    "all": {
        "soft": 0.4,
        "hiddenStates": {"weight": 0.5, "distance": "cosine", "tokens": "all", "pairs": [[2, 2]]},
        "attention": {"weight": 0.6, "distance": "mse", "pairs": [[0, 0], [1, 1]]},
        "relations": {"weight": 0.7, "heads": 8, "teacherLayer": 1, "studentLayer": 1},
    },
    "narrow": {
        "hiddenStates": {"weight": 0.5, "distance": "mse", "tokens": "all", "pairs": [[0, 0], [2, 2]]},
        "attention": {"weight": 0.6, "distance": "kl", "pairs": [[1, 1]]},
        "relations": {"weight": 0.7, "heads": 4, "teacherLayer": 1, "studentLayer": 1},
    },
}
HARD = 0.3


def watch(model, layers, names):
    """Notes what the linear maps `names` of each layer's attention give: a list of {queries, keys, values}."""
    seen = [{} for _ in layers]
    for index, layer in enumerate(layers):
        for key, name in zip(["queries", "keys", "values"], names):
            module = layer.get_submodule(name)
            module.register_forward_hook(lambda _m, _i, out, index=index, key=key: seen[index].__setitem__(key, out))
    return seen


def divergence(mine, theirs):
    """KL(softmax(theirs) || softmax(mine)), mean over all rows."""
    kl = F.kl_div(F.log_softmax(mine, -1), F.log_softmax(theirs, -1), reduction="none", log_target=True)
    return kl.sum(-1).mean()


def scores(queries, keys, heads):
    """[L, H] each -> [heads, L, L]"""
    split = lambda x: x.view(len(x), heads, -1).transpose(0, 1)
    queries, keys = split(queries), split(keys)
    return queries @ keys.transpose(1, 2) / queries.shape[-1] ** 0.5


def hidden_states_term(term, text, projections):
    losses = []
    for mine, theirs in term["pairs"]:
        a, b = text["student"]["hidden_states"][mine], text["teacher"]["hidden_states"][theirs]
        if mine in projections:
            weight, bias = projections[mine]
            a = a @ weight.T + bias
        if term["tokens"] == "cls":
            a, b = a[:1], b[:1]
        losses.append((1 - F.cosine_similarity(a, b)).mean() if term["distance"] == "cosine" else F.mse_loss(a, b))
    return torch.stack(losses).mean()


def attention_term(term, text, heads):
    losses = []
    for mine, theirs in term["pairs"]:
        a, b = text["student"]["attention"][mine], text["teacher"]["attention"][theirs]
        a, b = scores(a["queries"], a["keys"], heads), scores(b["queries"], b["keys"], heads)
        losses.append(divergence(a, b) if term["distance"] == "kl" else F.mse_loss(a, b))
    return torch.stack(losses).mean()


def relations_term(term, text):
    a = text["student"]["attention"][term["studentLayer"]]
    b = text["teacher"]["attention"][term["teacherLayer"]]
    relation = lambda x: scores(x, x, term["heads"])
    return torch.stack([divergence(relation(a[key]), relation(b[key])) for key in ["queries", "keys", "values"]]).mean()


def forward(model, seen, batch):
    """Logits, and for each text, without its padding, hidden states and queries, keys and values."""
    output = model(**batch, output_hidden_states=True)
    texts = []
    for row, length in enumerate(batch["attention_mask"].sum(1).tolist()):
        cut = lambda x, row=row, length=length: x[row, :length]
        texts.append(
            {
                "hidden_states": [cut(state) for state in output.hidden_states],
                "attention": [{key: cut(value) for key, value in layer.items()} for layer in seen],
            }
        )
    return output, texts


def loss_of(case, logits, texts, projections, heads, labels, teacher_logits):
    loss = HARD * F.cross_entropy(logits, labels)
    if "soft" in case:
        soft = F.kl_div(
            F.log_softmax(logits / TEMPERATURE, -1), F.softmax(teacher_logits / TEMPERATURE, -1), reduction="batchmean"
        )
        loss = loss + case["soft"] * TEMPERATURE**2 * soft
    terms = {
        "hiddenStates": lambda term, text: hidden_states_term(term, text, projections),
        "attention": lambda term, text: attention_term(term, text, heads),
        "relations": relations_term,
    }
    for name, term in terms.items():
        if name in case:
            loss = loss + case[name]["weight"] * torch.stack([term(case[name], text) for text in texts]).mean()
    return loss


def narrow_student():
    config = DistilBertConfig(
        vocab_size=60, dim=8, n_layers=2, n_heads=2, hidden_dim=12, max_position_embeddings=24, num_labels=3,
        activation="gelu", dropout=0.0, attention_dropout=0.0, qa_dropout=0.0, seq_classif_dropout=0.0,
        attn_implementation="eager",
    )
    return randomize(DistilBertForSequenceClassification(config), seed=21, weight_deviation=0.3)


given = json.loads((HERE / "distilbert-gradient" / "batch.json").read_text())
labels = torch.tensor(given["labels"])
batch = {name: torch.tensor(given[name]) for name in ["input_ids", "attention_mask"]}
teacher_logits = load_file(HERE / "distilbert-gradient" / "expected.safetensors")["teacher_logits"].double()

narrow = narrow_student()
save_model(narrow, FOLDER / "narrow-student")
generator = torch.Generator().manual_seed(22)
projections = {
    state: (torch.randn(16, 8, generator=generator) * 0.3, torch.randn(16, generator=generator) * 0.1) for state in [0, 2]
}

teacher = BertForSequenceClassification.from_pretrained(HERE / "bert-gradient", attn_implementation="eager").double().eval()
seen = watch(teacher, teacher.bert.encoder.layer, ["attention.self.query", "attention.self.key", "attention.self.value"])
with torch.no_grad():
    output, teacher_texts = forward(teacher, seen, batch)
expected = {f"hidden_states:{state}": value for state, value in enumerate(output.hidden_states)}
for layer, parts in enumerate(seen):
    expected |= {f"{key}:{layer}": value for key, value in parts.items()}
write_tensors(FOLDER / "teacher.safetensors", {name: value * batch["attention_mask"].unsqueeze(-1) for name, value in expected.items()})

results = {}
for name, case in CASES.items():
    if name == "narrow":
        student = narrow.double().eval()
        maps = {state: tuple(x.double().requires_grad_() for x in pair) for state, pair in projections.items()}
    else:
        folder = HERE / "distilbert-gradient"
        student = DistilBertForSequenceClassification.from_pretrained(folder, attn_implementation="eager").double().eval()
        maps = {}
    seen = watch(student, student.distilbert.transformer.layer, ["attention.q_lin", "attention.k_lin", "attention.v_lin"])
    output, student_texts = forward(student, seen, batch)
    texts = [{"student": mine, "teacher": theirs} for mine, theirs in zip(student_texts, teacher_texts)]
    loss = loss_of(case, output.logits, texts, maps, 2, labels, teacher_logits)
    loss.backward()
    gradients = {key: parameter.grad for key, parameter in student.named_parameters()}
    for state, (weight, bias) in maps.items():
        gradients |= {f"projection.hidden_states.{state}.weight": weight.grad, f"projection.hidden_states.{state}.bias": bias.grad}
    write_tensors(FOLDER / f"{name}.safetensors", gradients)
    results[name] = {"terms": {"hard": HARD, "soft": 0, "temperature": TEMPERATURE} | case, "loss": digits(loss.item())}
    print(name, loss.item())

write_tensors(
    FOLDER / "projections.safetensors",
    {
        f"projection.hidden_states.{state}.{part}": value
        for state, pair in projections.items()
        for part, value in zip(["weight", "bias"], pair)
    },
)
write_json(FOLDER / "cases.json", results)
