"""Compares the data elements below rules/elements/ with the default taxonomy of Fideslang.

Needs the package `fideslang`; run it from anywhere: `python3 tests/taxonomies/fideslang_keys.py`. It ends with 1 and a
line for each difference when an element has no place in the taxonomy, a category about people has no element, or an
element names a subject that the taxonomy does not know.
"""

import sys
from pathlib import Path

import yaml
from fideslang.default_taxonomy import DEFAULT_TAXONOMY

ELEMENTS = Path(__file__).resolve().parents[2] / "rules" / "elements"


def read_elements():
    """Every element with the file that it stands in."""
    for path in sorted(ELEMENTS.glob("*.yaml")):
        for element in yaml.safe_load(path.read_text(encoding="utf-8"))["elements"]:
            yield path.name, element


def is_at_or_below(key, ancestor):
    return key == ancestor or key.startswith(ancestor + ".")


def differences():
    categories = {category.fides_key for category in DEFAULT_TAXONOMY.data_category}
    subjects = {subject.fides_key for subject in DEFAULT_TAXONOMY.data_subject}
    elements = list(read_elements())
    for file, element in elements:
        key = element["id"]
        if not any(is_at_or_below(key, category) for category in categories if category != "user"):
            if key != "user":
                yield f"{file}: {key} is neither a category nor a child of one"
        for subject in element.get("subjects", []):
            if subject not in subjects:
                yield f"{file}: {key} names the subject {subject}, which the taxonomy does not know"
    known = {element["id"] for _, element in elements}
    for category in sorted(categories - known):
        if is_at_or_below(category, "user"):
            yield f"the category {category} has no element"


if __name__ == "__main__":
    found = list(differences())
    print("\n".join(found) or "the elements and the taxonomy agree")
    sys.exit(1 if found else 0)
