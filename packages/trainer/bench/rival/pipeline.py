"""The straightforward way in PyTorch: fine-tune a BERT, then distil it with the teacher in the loop. Eager fp32.

Batches are shuffled and padded to their longest text; the student starts from every other layer of the teacher; its loss is
hard x cross entropy + soft x T^2 KL at temperature T. Prints one line of JSON: seconds and validation accuracies.

usage: python pipeline.py --weights FOLDER --dataset dataset.csv --labels human,ai [options]
"""

import argparse
import csv
import json
import os
import sys
import time


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--weights", required=True)
    parser.add_argument("--dataset", required=True, help="dataset.csv of a prepare artifact")
    parser.add_argument("--labels", required=True)
    parser.add_argument("--max-tokens", type=int, default=512)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--learning-rate", type=float, default=1e-4)
    parser.add_argument("--student-layers", type=int, default=3)
    parser.add_argument("--hard", type=float, default=0.5)
    parser.add_argument("--soft", type=float, default=0.5)
    parser.add_argument("--temperature", type=float, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    return parser.parse_args()


def main() -> None:
    options = arguments()
    import copy

    import torch
    from torch.nn import functional
    from transformers import AutoTokenizer, BertForSequenceClassification, get_linear_schedule_with_warmup

    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    labels = options.labels.split(",")
    csv.field_size_limit(sys.maxsize)
    with open(options.dataset, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    tokenizer = AutoTokenizer.from_pretrained(options.weights)

    def encode(split: str):
        chosen = [row for row in rows if row["split"] == split]
        ids = tokenizer([row["text"] for row in chosen], truncation=True, max_length=options.max_tokens)["input_ids"]
        return ids, torch.tensor([labels.index(row["label"]) for row in chosen])

    start = time.perf_counter()
    train, train_labels = encode("train")
    validation, validation_labels = encode("validation")

    def collate(ids, indices):
        padded = tokenizer.pad({"input_ids": [ids[i] for i in indices]}, return_tensors="pt")
        return {"input_ids": padded["input_ids"], "attention_mask": padded["attention_mask"]}

    def fit(model, loss_of) -> None:
        model.train()
        batches = torch.randperm(len(train)).split(options.batch)
        optimizer = torch.optim.AdamW(model.parameters(), lr=options.learning_rate, weight_decay=0.01, fused=True)
        schedule = get_linear_schedule_with_warmup(optimizer, round(0.1 * len(batches)), len(batches))
        for indices in batches:
            inputs = collate(train, indices.tolist())
            loss = loss_of(model(**inputs).logits, inputs, train_labels[indices])
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad()

    @torch.no_grad()
    def accuracy(model) -> float:
        model.eval()
        right = 0
        for start_at in range(0, len(validation), options.batch):
            indices = range(start_at, min(start_at + options.batch, len(validation)))
            predicted = model(**collate(validation, indices)).logits.argmax(-1)
            right += int((predicted == validation_labels[list(indices)]).sum())
        return right / len(validation)

    teacher = BertForSequenceClassification.from_pretrained(options.weights, num_labels=len(labels))
    fit(teacher, lambda logits, inputs, target: functional.cross_entropy(logits, target))
    teacher_accuracy = accuracy(teacher)
    after_teacher = time.perf_counter()

    student = copy.deepcopy(teacher)
    layers = teacher.bert.encoder.layer
    every = len(layers) // options.student_layers
    student.bert.encoder.layer = torch.nn.ModuleList(copy.deepcopy(layers[i * every]) for i in range(options.student_layers))
    teacher.eval()

    def distillation(logits, inputs, target):
        with torch.no_grad():
            teacher_logits = teacher(**inputs).logits
        t = options.temperature
        soft = functional.kl_div(
            functional.log_softmax(logits / t, -1), functional.softmax(teacher_logits / t, -1), reduction="batchmean"
        )
        return options.hard * functional.cross_entropy(logits, target) + options.soft * t * t * soft

    fit(student, distillation)
    student_accuracy = accuracy(student)
    end = time.perf_counter()
    print(
        json.dumps(
            {
                "finetuneSeconds": after_teacher - start,
                "distillSeconds": end - after_teacher,
                "teacher": teacher_accuracy,
                "student": student_accuracy,
                "train": len(train),
                "validation": len(validation),
            }
        )
    )


if __name__ == "__main__":
    main()
