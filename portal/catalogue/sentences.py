"""What the catalogue's acts say on a timeline."""

SENTENCES = {
    "catalogue.loaded": "The catalogue was loaded: {new} new rows, {changed} changed.",
}
