"""The rivals of folds.js: TF-IDF of words 1-2 and logistic regression (scikit-learn), on the rows of a prepared dataset.

usage: python tfidf.py dataset.csv plain|tuned      prints JSON: the probability of each label for each text of the test split

plain: scikit-learn's defaults. tuned: 1 + log(tf), no words of a single text, C = 10, which is what does best on essays.
"""

import csv
import json
import sys

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

csv.field_size_limit(sys.maxsize)
with open(sys.argv[1], newline="", encoding="utf-8") as file:
    rows = list(csv.DictReader(file))
train = [row for row in rows if row["split"] == "train"]
test = [row for row in rows if row["split"] == "test"]
if sys.argv[2] == "tuned":
    vectorizer = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2)
    model = LogisticRegression(C=10, max_iter=1000)
else:
    vectorizer = TfidfVectorizer(ngram_range=(1, 2))
    model = LogisticRegression(max_iter=1000)
model.fit(vectorizer.fit_transform(row["text"] for row in train), [row["label"] for row in train])
probabilities = model.predict_proba(vectorizer.transform(row["text"] for row in test))
print(
    json.dumps(
        {
            "ids": [int(row["id"]) for row in test],
            "labels": [str(label) for label in model.classes_],
            "probabilities": [[float(p) for p in row] for row in probabilities],
        }
    )
)
