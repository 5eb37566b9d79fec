package io.pipedeck.http;

import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.pipedeck.api.ConsistencyView;
import java.util.List;
import java.util.function.Supplier;

/** The calls of those who keep the program running. */
final class AdminRoutes {
  private final Supplier<ConsistencyView> consistency;

  AdminRoutes(Supplier<ConsistencyView> consistency) {
    this.consistency = consistency;
  }

  List<Route> routes() {
    return List.of(Route.get("/admin/consistency", this::consistency));
  }

  private void consistency(ServerRequest request, ServerResponse response) {
    Answers.json(request, response, consistency.get());
  }
}
