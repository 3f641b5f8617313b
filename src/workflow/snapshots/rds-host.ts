/** Addresses as RDS gives them: `NAME.ID.REGION.rds.amazonaws.com`, in China `NAME.ID.rds.REGION.amazonaws.com.cn`. */
export function isRdsHost(host: string): boolean {
  return /\.rds\.([a-z0-9-]+\.)?amazonaws\.com(\.cn)?\.?$/i.test(host);
}

/** `NAME.proxy-ID.…`, a further endpoint `NAME.endpoint.proxy-ID.…`. */
export function isProxyHost(host: string): boolean {
  return isRdsHost(host) && /\.proxy-[a-z0-9]+\./i.test(host);
}
