/** Counted by an independent script over the whole file (see the data's own README). */
export const BOUTIQUE_RULES = [
  {
    id: "placed-never-shipped",
    dsl: 'trace.has(span.name == "hipstershop.CheckoutService/PlaceOrder") and not trace.has(span.name == "hipstershop.ShippingService/ShipOrder")',
    violations: 5,
    first: "2022-08-22T05:09:53.203170345Z",
  },
  {
    id: "slow-currency",
    dsl: 'trace.has(span.service == "frontend" and span.name matches "CurrencyService" and span.duration > 500ms)',
    violations: 622,
    first: "2022-08-22T03:52:19.805192236Z",
  },
  {
    id: "ads-without-choice",
    dsl: 'trace.has(span.name == "hipstershop.AdService/GetAds") and not trace.has(span.name matches "getAdsByCategory|getRandomAds")',
    violations: 95,
    first: "2022-08-22T07:53:37.988917186Z",
  },
  {
    id: "slow-frontend",
    dsl: 'trace.has(span.name == "hipstershop.Frontend/Recv." and span.duration > 1s)',
    violations: 1_421,
    first: "2022-08-22T03:52:23.785086041Z",
  },
] as const;
