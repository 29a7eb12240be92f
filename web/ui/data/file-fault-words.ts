import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import type { CandleFileFault } from "../../../domain/candle-file.ts";

/** Why a candle file was not taken, in words for whoever made it. */
export function fileFaultWords({ kind, about }: CandleFileFault): MessageDescriptor {
  switch (kind) {
    case "header":
      return msg`첫 줄에 ${about} 열이 꼭 하나 있어야 합니다.`;
    case "fields":
      return msg`값이 모자랍니다: 8개여야 하는데 ${about}개입니다.`;
    case "time":
      return msg`시각으로 읽을 수 없습니다: "${about}"`;
    case "number":
      return msg`숫자로 읽을 수 없습니다: "${about}"`;
    case "order":
      return msg`시각이 앞줄보다 늦지 않습니다. 시간순으로, 한 분에 한 줄이어야 합니다.`;
    case "candle":
      return msg`1분 캔들로 성립하지 않습니다. 고가와 저가가 시가와 종가를 감싸고, 시각은 정각의 분이며, 거래량은 0 이상이어야 합니다.`;
    case "unreadable":
      return msg`이 줄부터 파일이 잘렸거나 손상되어 읽을 수 없습니다.`;
    case "coarse":
      return msg`${about}분 캔들입니다. 1분 캔들만 가져올 수 있습니다.`;
    case "other-market":
      return msg`다른 마켓(${about})의 줄입니다. 고른 마켓의 캔들만 있는 파일이어야 합니다.`;
    case "no-candle":
      return msg`${about} 캔들이 없는 파일입니다.`;
  }
}
