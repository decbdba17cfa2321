// Every page works without this file; it only enhances.
import { bulkBars } from "./bulk.js";
import { errorSummary } from "./errors.js";
import { submitOnce } from "./once.js";
import { passkeys } from "./passkeys.js";
import { printLinks } from "./print.js";

errorSummary(document);
bulkBars(document);
submitOnce(document);
printLinks(document);
passkeys(document);
