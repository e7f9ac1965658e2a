/**
 * Entry of every page. The small modules start at once; the large ones only where the page has their element.
 * Everything here improves pages that already work without scripts.
 */
import { delegate, mount } from "groupware/mount";
import * as messages from "groupware/messages";
import * as dialogs from "groupware/dialogs";
import * as dropdowns from "groupware/dropdowns";
import * as menu from "groupware/menu";
import * as columns from "groupware/columns";
import * as counters from "groupware/counters";
import * as lists from "groupware/lists";
import * as forms from "groupware/forms";
import * as drafts from "groupware/drafts";
import * as shortcuts from "groupware/shortcuts";
import * as fragments from "groupware/fragments";
import * as livepage from "groupware/livepage";
import * as companions from "groupware/companions";

for (const module of [menu, columns, messages, dialogs, dropdowns, counters, lists, forms, drafts, shortcuts, fragments, livepage, companions]) module.start();

delegate("copy", "[data-copy-warning]", (_event, element) => messages.showMessage(element.dataset.copyWarning, "info", { key: "copy-warning" }));
delegate("click", "[data-print]", () => window.print());
mount("[data-picker]", (element) => import("groupware/picker").then((module) => module.enhance(element)));
mount("[data-blacken]", (element) => import("groupware/blacken").then((module) => module.enhance(element)));
mount("[data-editor]", (element) => import("groupware/editor").then((module) => module.enhance(element)));
mount("[data-paste-table]", (element) => import("groupware/paste").then((module) => module.enhance(element)));
mount("[data-sortable]", (element) => import("groupware/sortable").then((module) => module.enhance(element)));
mount("[data-uploads]", (element) => import("groupware/uploads").then((module) => module.enhance(element)));
