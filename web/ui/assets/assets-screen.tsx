import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "wouter";
import { decimal } from "../../../domain/decimal.ts";
import { FaultNote } from "../faults/fault-note.tsx";
import { moneyLabel, priceLabel, quantityLabel } from "../format/amount.ts";
import { arrowOf, directionOf, percentLabel } from "../format/change.ts";
import { kstTime } from "../format/kst-label.ts";
import { EmptyNote } from "../parts/empty-note.tsx";
import { Gate } from "../parts/gate.tsx";
import { Panel } from "../parts/panel.tsx";
import { useAssets, useMarkets, usePrices, useStoredKey } from "../relay/queries.ts";
import { faultIn } from "../relay/relay.ts";
import { marketsOf, totalOf, valued, type Valued } from "./valuation.ts";
import screen from "../parts/screen.module.css";
import table from "../parts/table.module.css";
import style from "./assets-screen.module.css";

export function AssetsScreen() {
  return (
    <div className={screen.screen}>
      <h1>
        <Trans>자산</Trans>
      </h1>
      <Gate>{() => <Assets />}</Gate>
    </div>
  );
}

function Assets() {
  const { t } = useLingui();
  const { data: key, error: keyError } = useStoredKey(true);
  const { data, error } = useAssets(key != null);
  const { data: markets, error: marketsError } = useMarkets();
  const listed = marketsOf(data?.assets ?? [], markets ?? []);
  const { prices, pending, error: pricesError } = usePrices(listed);
  const fault = faultIn(keyError) ?? (key == null ? null : faultIn(error ?? marketsError ?? pricesError));
  if (key === null)
    return (
      <EmptyNote>
        <Trans>
          자산을 보려면 <Link href="/account">업비트 키를 등록</Link>하세요.
        </Trans>
      </EmptyNote>
    );
  if (data === undefined)
    return fault === null ? <EmptyNote>{t`자산을 불러오는 중…`}</EmptyNote> : <FaultNote fault={fault} />;
  const rows = data.assets.map((asset) => valued(asset, (currency) => prices.get(`KRW-${currency}`) ?? null));
  const { known, unpriced } = totalOf(rows);
  const waiting = pending || (markets === undefined && marketsError === null);
  const left = (hasMarket: boolean) =>
    waiting ? [] : unpriced.filter((currency) => listed.some((market) => market === `KRW-${currency}`) === hasMarket);
  const [unlisted, unanswered] = [left(false).join(", "), left(true).join(", ")];
  return (
    <>
      {fault !== null && <FaultNote fault={fault} />}
      <Panel title={t`총 평가`}>
        <p className={style.total} data-testid="assets-total">
          {waiting ? "–" : moneyLabel("KRW", known)} <small>{t`원`}</small>
        </p>
        {unlisted !== "" && (
          <p className={screen.note}>
            <Trans>원화 마켓에 없어 빼고 계산한 자산: {unlisted}</Trans>
          </p>
        )}
        {unanswered !== "" && (
          <p className={screen.note}>
            <Trans>시세를 받지 못해 빼고 계산한 자산: {unanswered}</Trans>
          </p>
        )}
      </Panel>
      <Panel title={t`보유 자산`} aside={<small className={table.soft}>{kstTime(data.askedAtMs)} KST</small>} flush>
        <div className={table.scroll}>
          <table className={`${table.table} ${style.table}`}>
            <thead>
              <tr>
                <th scope="col">{t`자산`}</th>
                <th scope="col" className={table.number}>{t`보유 수량`}</th>
                <th scope="col" className={table.number}>{t`평균 매수가`}</th>
                <th scope="col" className={table.number}>{t`평가 금액`}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <AssetRow key={row.asset.currency} row={row} waiting={waiting} />
              ))}
            </tbody>
          </table>
          {rows.length === 0 && <EmptyNote>{t`보유한 자산이 없습니다.`}</EmptyNote>}
        </div>
      </Panel>
    </>
  );
}

function AssetRow({ row, waiting }: { readonly row: Valued; readonly waiting: boolean }) {
  const { t } = useLingui();
  const { asset, amount, value, gain, gainRate } = row;
  const won = asset.currency === "KRW";
  const label = won ? moneyLabel("KRW", amount) : quantityLabel(amount);
  const locked = decimal(asset.locked);
  const lockedLabel = won ? moneyLabel("KRW", locked) : quantityLabel(locked);
  return (
    <tr data-testid={`asset-${asset.currency}`} data-balance={asset.balance} data-locked={asset.locked}>
      <td className={table.strong}>{asset.currency}</td>
      <td className={table.number}>
        {label}
        {locked.gt(0) && (
          <div className={table.soft}>
            <Trans>주문에 묶임 {lockedLabel}</Trans>
          </div>
        )}
      </td>
      <td className={table.number}>{won ? "" : priceLabel("KRW", decimal(asset.avgBuyPrice))}</td>
      <td className={table.number}>
        {value === null ? (
          <span className={table.soft}>{waiting ? "…" : t`시세 없음`}</span>
        ) : (
          `${moneyLabel("KRW", value)} ${t`원`}`
        )}
        {gain !== null && gainRate !== null && (
          <div className={directionOf(gainRate)}>
            {arrowOf(gainRate)} {percentLabel(gainRate)} ({moneyLabel("KRW", gain)})
          </div>
        )}
      </td>
    </tr>
  );
}
