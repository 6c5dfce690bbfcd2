// Never loaded: these are words that other modules' dialogs show to customers and whose
// translations do not reach the portal. What stands here is exported with our terms,
// and terms of all modules serve where a module has none of its own.
import {_t} from "@web/core/l10n/translation";

export const WORDS = [
  _t("Create"),
  _t("Create Passkey"),
  _t("Discard"),
  _t("Name your key"),
  _t("Passkeys"),
  _t("Rename"),
  _t("Rename your key"),
];
