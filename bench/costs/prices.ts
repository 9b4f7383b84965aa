/**
 * AWS' public prices in US dollars, us-east-1, as of November 2026, without any free tier and without tax. Other Regions
 * differ by up to a third. Check against https://aws.amazon.com/pricing before relying on them.
 */
export const PRICES = {
  dynamoDb: { writeUnit: 0.625e-6, readUnit: 0.125e-6, gigabyteMonth: 0.25, restorableGigabyteMonth: 0.2 },
  /** On ARM. */
  lambda: { request: 0.2e-6, gigabyteSecond: 13.3334e-6 },
  stepFunctions: { transition: 25e-6 },
  scheduler: { invocation: 1e-6 },
  eventBridge: { event: 1e-6 },
  sqs: { request: 0.4e-6 },
  logs: { gigabyte: 0.5 },
  cloudWatch: { alarmMonth: 0.1, dashboardMonth: 3 },
  /** On ARM. */
  fargate: { vcpuHour: 0.03238, gigabyteHour: 0.00356 },
  publicAddressHour: 0.005,
} as const;
