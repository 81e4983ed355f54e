"""A training script as Datawall starts one: two CSV files in, predictions as JSON out.

    datawall evidence data.csv --label intent --slice carbon_monoxide_alarm \
        --synthetic corpus.csv --command "python train_naive_bayes.py"

Datawall adds --train, --test, --output and --seed. Train whatever you like in
here; it may print, take minutes and use a GPU. The test file has no labels.
"""

import argparse
import csv
import json
import sys
from pathlib import Path

from sklearn.feature_extraction.text import CountVectorizer
from sklearn.naive_bayes import ComplementNB

csv.field_size_limit(sys.maxsize)


def read(path: Path) -> tuple[list[str], list[list[str]]]:
    """Names of the columns, and the rows."""
    with path.open(newline="", encoding="utf-8") as file:
        names, *rows = csv.reader(file)
    return names, rows


def main() -> None:
    """Train on one file, predict the other."""
    parser = argparse.ArgumentParser()
    for name in ("--train", "--test", "--output"):
        parser.add_argument(name, type=Path, required=True)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()

    columns, training = read(asked.train)
    features, testing = read(asked.test)
    label = next(i for i, name in enumerate(columns) if name not in features)
    texts = [" ".join(cell for i, cell in enumerate(row) if i != label) for row in training]
    labels = [row[label] for row in training]

    words = CountVectorizer(ngram_range=(1, 2))
    model = ComplementNB().fit(words.fit_transform(texts), labels)
    predictions = model.predict(words.transform([" ".join(row) for row in testing])).tolist()
    on_training = float(model.score(words.transform(texts), labels))
    asked.output.write_text(
        json.dumps({"predictions": predictions, "training_accuracy": on_training}), "utf-8"
    )
    print(f"trained on {len(texts)} rows, predicted {len(predictions)}")


if __name__ == "__main__":
    main()
