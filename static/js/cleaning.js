/**
 * Pasted HTML reduced to the few tags a posting may have: from Word, Excel, mail and web pages alike. It makes pasted
 * text tidy; what may be stored is decided by the sanitiser of the server alone.
 */
const RENAMED = { B: "strong", I: "em", H1: "h2", H5: "h4", H6: "h4", S: "s", STRIKE: "s", DEL: "s" };
const KEPT = new Set(["p", "br", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "strong", "em", "u", "s", "a", "table", "thead", "tbody", "tr", "th", "td", "hr"]);
const DROPPED = new Set(["SCRIPT", "STYLE", "META", "LINK", "TITLE", "IFRAME", "OBJECT", "SVG", "TEMPLATE", "HEAD", "XML", "IMG", "INPUT", "BUTTON", "SELECT", "TEXTAREA"]);
const BLOCKS = "p, h1, h2, h3, h4, h5, h6, ul, ol, table, blockquote, div, hr";
const ADDRESS = /^(https?:|mailto:|tel:|\/|#)/i;

/** Simple HTML for the editor and the server. */
export function clean(html) {
  const source = new DOMParser().parseFromString(disarm(html), "text/html").body;
  const target = document.implementation.createHTMLDocument("").body;
  copy(source, target);
  wrapLoose(target);
  for (const empty of target.querySelectorAll("strong:empty, em:empty, u:empty, s:empty, a:empty, li:empty")) empty.remove();
  return target.innerHTML;
}

/** Sets style and handler attributes aside under other names: the page's CSP would report each of them. */
function disarm(html) {
  return html.replace(/<style[\s\S]*?<\/style>/gi, "")
    .replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/\s(style|on\w+)\s*=/gi, " data-$1="));
}

function copy(from, to) {
  for (const node of from.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) {
      to.append(node.data.replace(/\u00a0/g, " ").replace(/[\r\n\t]+/g, " "));
    } else if (node.nodeType === Node.ELEMENT_NODE && !DROPPED.has(node.tagName.toUpperCase())) {
      copyElement(node, to);
    }
  }
}

function copyElement(node, to) {
  const style = node.getAttribute("data-style") ?? "";
  if (/mso-list:\s*Ignore|display:\s*none/i.test(style)) return; // the typed bullet of a Word list
  if (isWordItem(node, style)) return appendItem(node, to);
  const name = RENAMED[node.tagName] ?? node.tagName.toLowerCase();
  if (name === "a" && !ADDRESS.test(node.getAttribute("href") ?? "")) return copy(node, to);
  if (!KEPT.has(name)) {
    const isParagraph = (name === "div" || name === "section" || name === "article") && !node.querySelector(BLOCKS);
    return copy(node, isParagraph ? append(to, "p") : emphasise(style, to));
  }
  const element = append(to, name);
  if (name === "a") element.setAttribute("href", node.getAttribute("href"));
  if (name === "td" || name === "th") {
    for (const span of ["colspan", "rowspan"]) if (Number(node.getAttribute(span)) > 1) element.setAttribute(span, node.getAttribute(span));
  }
  copy(node, element);
  if (name === "p" && !element.textContent.trim() && !element.querySelector("br")) element.remove();
}

function emphasise(style, to) {
  if (/font-weight:\s*(bold|[6-9]00)/i.test(style)) return append(to, "strong");
  if (/font-style:\s*italic/i.test(style)) return append(to, "em");
  if (/text-decoration[^;]*underline/i.test(style)) return append(to, "u");
  return to;
}

function append(parent, name) {
  const element = parent.ownerDocument.createElement(name);
  parent.append(element);
  return element;
}

function isWordItem(node, style) {
  return node.tagName === "P" && (/mso-list:\s*l\d/i.test(style) || /MsoListParagraph/.test(node.className)) && /mso-list/i.test(node.outerHTML);
}

function appendItem(node, to) {
  const mark = node.querySelector('[data-style*="mso-list:Ignore" i], [data-style*="mso-list: Ignore" i]')?.textContent.trim() ?? "";
  const name = /^[(（]?[0-9０-９a-zA-Zア-ン一-十]+[.)）、．]/.test(mark) ? "ol" : "ul";
  const last = to.lastElementChild;
  copy(node, append(last?.localName === name ? last : append(to, name), "li"));
}

/** Text outside any block becomes paragraphs. */
function wrapLoose(body) {
  let paragraph = null;
  for (const node of [...body.childNodes]) {
    const isBlock = node.nodeType === Node.ELEMENT_NODE && node.matches(BLOCKS);
    if (isBlock) {
      paragraph = null;
    } else if (node.nodeType === Node.TEXT_NODE && !node.data.trim()) {
      if (!paragraph) node.remove();
      else paragraph.append(node);
    } else {
      if (!paragraph) {
        paragraph = body.ownerDocument.createElement("p");
        body.insertBefore(paragraph, node);
      }
      paragraph.append(node);
    }
  }
}
