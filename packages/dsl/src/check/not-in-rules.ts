/** Something that traces hold and that no rule can ask for. */
export interface NotInRules {
  /** Why, as a sentence that ends the message. */
  readonly why: string;
  /** What can be asked instead. */
  readonly instead: string;
}

interface Topic extends NotInRules {
  /** How people call it after `span.` or `trace.`: letters and digits only, in lower case. */
  readonly names: RegExp;
  /** Those that mean it without `span.` in front, and no attribute. */
  readonly alone: RegExp;
}

const TOPICS: readonly Topic[] = [
  {
    names: /^parent/,
    alone: /^parent(span)?(id)?$/,
    why: "a rule does not see which span is the parent of which",
    instead: "ask for both spans: trace.has(...) and trace.has(...), or for their order: trace.has_before(..., ...)",
  },
  {
    names: /^(child|children|sibling|ancestor|descendant|nestedset|depth$|level$)/,
    alone: /^(childcount|nestedset)/,
    why: "a rule does not see how spans are nested",
    instead: "ask for both spans: trace.has(...) and trace.has(...), or how many there are: count(...) > 3",
  },
  {
    names: /^(spanevent|event|log)s?(name|count)?$/,
    alone: /^(spanevent|event)s?$/,
    why: "a rule does not see the events of a span, exceptions among them",
    instead: 'a span that failed is span.status == "error", and span.status_message says why',
  },
  {
    names: /^(spanlink|link)s?(count)?$/,
    alone: /^(spanlink|link)s?$/,
    why: "a rule does not see the links of a span",
    instead: "it decides one trace at a time, by the spans in it",
  },
  {
    names: /^(scope|instrumentation|library$)/,
    alone: /^(scope|instrumentation)/,
    why: "a rule does not see which instrumentation scope made a span",
    instead: "ask for span.name, span.service, or an attribute of the span",
  },
  {
    names: /^(id|uuid|(span|trace)ids?)$/,
    alone: /^(span|trace)id$/,
    why: "a rule does not see ids",
    instead: "it decides every trace by what is in it; a violation names the trace and its spans",
  },
  {
    names: /^(starts?|ends?|begin|began|time|timestamp|(start|end)(time|ed|ing|ns|unix).*|time(unix)?nano)$/,
    alone: /^(start|end)timeunixnano$/,
    why: "a rule does not see when a span was",
    instead:
      "ask how long it took: span.duration > 1s, or for an order: trace.has_before(..., ...); when, is said by the replay",
  },
  {
    names: /^(tracestate|flags|traceflags|dropped.*)$/,
    alone: /^(tracestate|traceflags)$/,
    why: "a rule does not see the trace state or the flags of a span",
    instead: "ask for an attribute of the span",
  },
];

/** What was asked for by a path such as `span.parent.name`, if it is something that rules cannot ask for. */
export function notInRules(path: readonly string[]): NotInRules | undefined {
  const [first = "", second] = path.map((part) => part.toLowerCase().replace(/[^a-z0-9]/g, ""));
  if (first === "span" || first === "trace") {
    return second === undefined ? undefined : TOPICS.find(({ names }) => names.test(second));
  }
  return TOPICS.find(({ alone }) => alone.test(first));
}
