// Every page works without this file; it only enhances.
import { bulkBars } from "./bulk.js";
import { errorSummary } from "./errors.js";
import { printLinks } from "./print.js";

errorSummary(document);
bulkBars(document);
printLinks(document);
