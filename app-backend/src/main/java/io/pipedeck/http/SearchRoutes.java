package io.pipedeck.http;

import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.pipedeck.api.SearchRequest;
import io.pipedeck.search.SearchService;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** {@code POST /pipeline/search}: a realm's chunks, the nearest in meaning and words first. */
final class SearchRoutes {
  private static final Set<String> MEMBERS =
      Set.of("query", "realm", "k", "sha256", "media_type", "job_id");

  private final SearchService search;

  SearchRoutes(SearchService search) {
    this.search = search;
  }

  List<Route> routes() {
    return List.of(Route.post("/pipeline/search", this::search));
  }

  private void search(ServerRequest request, ServerResponse response)
      throws IOException, InterruptedException {
    Answers.json(request, response, search.search(requestOf(request)));
  }

  private static SearchRequest requestOf(ServerRequest request) throws IOException {
    JsonBody body = JsonBody.read(request, MEMBERS);
    return new SearchRequest(
        query(body.text("query")),
        realm(request, body.text("realm")),
        body.number("k", 1, SearchService.MOST),
        sha256(body.text("sha256")),
        body.text("media_type"),
        jobId(body.text("job_id")));
  }

  private static String query(@Nullable String query) {
    if (query == null || query.codePointCount(0, query.length()) > SearchService.LONGEST_QUERY) {
      throw RequestException.invalid(
          "query", "must be 1 to " + SearchService.LONGEST_QUERY + " characters");
    }
    return query;
  }

  /** The header by which documents are sent to a realm does here too. */
  private static @Nullable String realm(ServerRequest request, @Nullable String member) {
    String header = Parameters.realm(request);
    if (member != null && header != null && !member.equals(header)) {
      throw RequestException.invalid("realm", "is another one than the header X-Realm says");
    }
    return member == null ? header : member;
  }

  private static @Nullable String sha256(@Nullable String value) {
    if (value != null && !value.matches("[0-9a-f]{64}")) {
      throw RequestException.invalid("sha256", "must be 64 lower-case hex digits");
    }
    return value;
  }

  private static @Nullable UUID jobId(@Nullable String value) {
    try {
      return value == null ? null : UUID.fromString(value);
    } catch (IllegalArgumentException _) {
      throw RequestException.invalid("job_id", "must be a UUID");
    }
  }
}
