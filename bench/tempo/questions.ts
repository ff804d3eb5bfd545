/** A rule under test, and the one query that the cheapest possible script would send for its witnesses. */
export interface Question {
  readonly id: string;
  readonly dsl: string;
  /** `by(span:id)`: plain `select` answers only the larger part of a trace that Tempo stored in two. */
  readonly witnessQuery: string;
}

export const SLOW_QUERY: Question = {
  id: "slow-db-no-retry",
  dsl: 'trace.has(span.name == "db.query" and span.duration > 1s) and not trace.has(span.name == "retry")',
  witnessQuery: '{ (name = "db.query" && duration > 1s) || name = "retry" } | by(span:id) | select(name, duration)',
};

/** The usual kind: something rare without something that nearly every trace has. */
export const PII_WITHOUT_AUDIT: Question = {
  id: "pii-without-audit",
  dsl: 'trace.has(span.attributes["data.classification"] == "PII") and not trace.has(span.name == "audit.log")',
  witnessQuery:
    '{ span."data.classification" = "PII" || name = "audit.log" } | by(span:id) | select(name, span."data.classification")',
};

/** Rules over the Online Boutique, their answers counted by an independent script over the whole file (see the data's own README). */
export const BOUTIQUE: readonly (Question & { readonly violations: number; readonly first: string })[] = [
  {
    id: "placed-never-shipped",
    dsl: 'trace.has(span.name == "hipstershop.CheckoutService/PlaceOrder") and not trace.has(span.name == "hipstershop.ShippingService/ShipOrder")',
    witnessQuery:
      '{ name = "hipstershop.CheckoutService/PlaceOrder" || name = "hipstershop.ShippingService/ShipOrder" } | by(span:id) | select(name)',
    violations: 5,
    first: "2022-08-22T05:09:53.203170345Z",
  },
  {
    id: "slow-currency",
    dsl: 'trace.has(span.service == "frontend" and span.name matches "CurrencyService" and span.duration > 500ms)',
    witnessQuery:
      '{ resource.service.name = "frontend" && name =~ ".*CurrencyService.*" && duration > 500ms } | by(span:id) | select(name, duration, resource.service.name)',
    violations: 622,
    first: "2022-08-22T03:52:19.805192236Z",
  },
  {
    id: "ads-without-choice",
    dsl: 'trace.has(span.name == "hipstershop.AdService/GetAds") and not trace.has(span.name matches "getAdsByCategory|getRandomAds")',
    witnessQuery:
      '{ name = "hipstershop.AdService/GetAds" || name =~ ".*(getAdsByCategory|getRandomAds).*" } | by(span:id) | select(name)',
    violations: 95,
    first: "2022-08-22T07:53:37.988917186Z",
  },
  {
    id: "slow-frontend",
    dsl: 'trace.has(span.name == "hipstershop.Frontend/Recv." and span.duration > 1s)',
    witnessQuery: '{ name = "hipstershop.Frontend/Recv." && duration > 1s } | by(span:id) | select(name, duration)',
    violations: 1_421,
    first: "2022-08-22T03:52:23.785086041Z",
  },
];
