"""What happens to prices and charges, on a timeline."""

SENTENCES = {
    "fees.prices_loaded": "Prices were loaded: {new} new.",
    "fees.price_set": "The price of {key} was set from {from_on}.",
    "fees.price_put_right": "The price of {key} from {from_on} was put right.",
    "fees.charged": "{count} charges were made for {group}.",
    "fees.waived": "The charges for {group} fell away: {reason}.",
    "fees.invoiced": "Invoice {number} was made: {lines} lines.",
}
