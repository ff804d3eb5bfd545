/** Rules of the usual kinds; the names go through `name`. */
const TEMPLATES: readonly ((name: (text: string) => string) => string)[] = [
  (n) =>
    `trace.has(span.name == "${n("db.query")}" and span.duration > 1s) and not trace.has(span.name == "${n("retry")}")`,
  (n) =>
    `trace.has(span.name == "${n("payment.process")}" and span.status == "error") and trace.has(span.attributes["user.region"] == "eu-west-1")`,
  (n) =>
    `trace.has(span.name == "${n("data.access")}") and not trace.has_before(span.name == "${n("authz.check")}", "${n("data.access")}")`,
  (n) =>
    `trace.has(span.attributes["data.classification"] == "PII") and not trace.has(span.name == "${n("audit.log")}")`,
  (n) => `count(span.name == "${n("retry")}") > 3`,
  (n) => `trace.has(span.attributes["pii.accessed"] == true) and not trace.has(span.name == "${n("audit.log")}")`,
  (n) =>
    `when { trace.has(span.name == "${n("payment.process")}" and span.attributes["amount"] > 1000) } always { trace.has(span.name == "${n("fraud.check")}") } never { trace.has(span.name == "${n("payment.process")}" and span.status == "error") }`,
  (n) => `trace.has(span.service == "${n("payment")}" and span.duration > 300ms)`,
  (n) => `trace.has(span.name matches "^${n("db")}\\\\..*") and not trace.has(span.name == "${n("cache.get")}")`,
  (n) => `trace.has(span.name starts_with "${n("POST")} " and span.attributes["http.response.status_code"] >= 500)`,
  (n) => `trace.has(span.kind == "client" and span.status == "error" and span.service == "${n("inventory")}")`,
  (n) =>
    `trace.has(span.name in ["${n("order.place")}", "${n("order.cancel")}"]) and not trace.has(span.name == "${n("fraud.check")}")`,
  (n) => `count(span.name == "${n("db.query")}") > 20`,
  (n) => `trace.has_after(span.status == "error", span.name == "${n("order.place")}")`,
  (n) => `trace.has(span.attributes["db.statement"] contains "${n("DELETE")}")`,
];

/** 45 rules over the shop's day: 15 of its own names, and the same for two regions whose spans it does not have. */
export const MIXED_RULES: readonly string[] = ["", "eu.", "us."].flatMap((prefix) =>
  TEMPLATES.map((template) => template((text) => prefix + text)),
);
