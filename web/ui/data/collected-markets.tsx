import { Trans, useLingui } from "@lingui/react/macro";
import { baseOf, quoteOf } from "../../../domain/market.ts";
import { isMarketCode, type MarketCode } from "../../../domain/market-code.ts";
import { MOST_COLLECTED } from "../../store/setting-store.ts";
import { Button } from "../parts/button.tsx";
import { Choice } from "../parts/choice.tsx";
import { Panel } from "../parts/panel.tsx";
import { useMarkets } from "../relay/queries.ts";
import { changeSetting, useSettings } from "../settings.ts";
import style from "./data-screen.module.css";

type Props = { readonly market: MarketCode; readonly onChoose: (market: MarketCode) => void };

/** Which markets are collected while the app is open: the one on the market screen and those added here. */
export function CollectedMarkets({ market, onChoose }: Props) {
  const { t } = useLingui();
  const { market: shown, alsoCollect } = useSettings();
  const collected = [...new Set([shown, ...alsoCollect, market])];
  const also = alsoCollect.includes(market);
  function stop() {
    onChoose(shown);
    void changeSetting(
      "alsoCollect",
      alsoCollect.filter((code) => code !== market),
    );
  }
  return (
    <Panel title={t`모으는 마켓`}>
      <div className={style.markets}>
        <div className={style.scroll}>
          <Choice
            label={t`마켓`}
            value={market}
            options={collected.map((code) => ({ value: code, label: `${baseOf(code)}/${quoteOf(code)}` }))}
            onChange={onChoose}
          />
        </div>
        <AddMarket collected={collected} onAdd={onChoose} />
        {also && market !== shown && (
          <Button size="small" onClick={stop} data-testid="collect-stop">
            <Trans>{baseOf(market)} 그만 모으기</Trans>
          </Button>
        )}
      </div>
      <p className={style.note}>
        <Trans>
          앱이 열려 있는 동안 모읍니다. 시세 화면에서 고른 마켓은 다른 마켓으로 바꿔도 계속 모으며, 모두 {MOST_COLLECTED}
          개까지 더할 수 있습니다.
          두 마켓 이상을 모으면 거래가 없던 때와 거래소가 멈춘 때를 구별할 수 있습니다.
        </Trans>
      </p>
    </Panel>
  );
}

function AddMarket({ collected, onAdd }: { collected: readonly MarketCode[]; onAdd: (market: MarketCode) => void }) {
  const { t, i18n } = useLingui();
  const { alsoCollect } = useSettings();
  const { data: markets = [] } = useMarkets();
  const add = (code: string) => {
    if (!isMarketCode(code)) return;
    void changeSetting("alsoCollect", [...alsoCollect, code]);
    onAdd(code);
  };
  return (
    <select
      className={style.add}
      aria-label={t`마켓 더하기`}
      data-testid="collect-add"
      value=""
      disabled={alsoCollect.length >= MOST_COLLECTED}
      onChange={({ target }) => add(target.value)}
    >
      <option value="">{t`마켓 더하기…`}</option>
      {markets
        .filter((entry) => !collected.includes(entry.market))
        .map((entry) => (
          <option key={entry.market} value={entry.market}>
            {i18n.locale === "ko" ? entry.koreanName : entry.englishName} {baseOf(entry.market)}/{quoteOf(entry.market)}
          </option>
        ))}
    </select>
  );
}
