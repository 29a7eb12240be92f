import { Trans } from "@lingui/react/macro";
import { lazy, Suspense } from "react";
import { Link, Route, Switch } from "wouter";
import { EmptyNote } from "./parts/empty-note.tsx";

const MarketScreen = lazy(async () => ({ default: (await import("./market/market-screen.tsx")).MarketScreen }));
const AssetsScreen = lazy(async () => ({ default: (await import("./assets/assets-screen.tsx")).AssetsScreen }));
const OrdersScreen = lazy(async () => ({ default: (await import("./orders/orders-screen.tsx")).OrdersScreen }));
const LimitsScreen = lazy(async () => ({ default: (await import("./limits/limits-screen.tsx")).LimitsScreen }));
const AutoScreen = lazy(async () => ({ default: (await import("./auto/auto-screen.tsx")).AutoScreen }));
const TrainScreen = lazy(async () => ({ default: (await import("./train/train-screen.tsx")).TrainScreen }));
const DataScreen = lazy(async () => ({ default: (await import("./data/data-screen.tsx")).DataScreen }));
const AccountScreen = lazy(async () => ({ default: (await import("./account/account-screen.tsx")).AccountScreen }));
const SecurityScreen = lazy(async () => ({
  default: (await import("./account/security-screen.tsx")).SecurityScreen,
}));
const ActivityScreen = lazy(async () => ({
  default: (await import("./account/activity-screen.tsx")).ActivityScreen,
}));
const MembersScreen = lazy(async () => ({ default: (await import("./account/members-screen.tsx")).MembersScreen }));
const SignUpScreen = lazy(async () => ({ default: (await import("./entry/sign-up-screen.tsx")).SignUpScreen }));
const LogInScreen = lazy(async () => ({ default: (await import("./entry/log-in-screen.tsx")).LogInScreen }));

/** Each screen is fetched when it is first opened; the service worker has them all for later. */
export function Screens() {
  return (
    <Suspense
      fallback={
        <EmptyNote>
          <Trans>불러오는 중…</Trans>
        </EmptyNote>
      }
    >
      <Switch>
        <Route path="/" component={MarketScreen} />
        <Route path="/assets" component={AssetsScreen} />
        <Route path="/orders" component={OrdersScreen} />
        <Route path="/limits" component={LimitsScreen} />
        <Route path="/auto" component={AutoScreen} />
        <Route path="/train" component={TrainScreen} />
        <Route path="/data" component={DataScreen} />
        <Route path="/account" component={AccountScreen} />
        <Route path="/account/security" component={SecurityScreen} />
        <Route path="/account/activity" component={ActivityScreen} />
        <Route path="/members" component={MembersScreen} />
        <Route path="/sign-up" component={SignUpScreen} />
        <Route path="/log-in" component={LogInScreen} />
        <Route>
          <EmptyNote>
            <Trans>
              없는 화면입니다. <Link href="/">시세로 가기</Link>
            </Trans>
          </EmptyNote>
        </Route>
      </Switch>
    </Suspense>
  );
}
