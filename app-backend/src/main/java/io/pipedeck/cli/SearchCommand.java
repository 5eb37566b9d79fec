package io.pipedeck.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.pipedeck.api.Json;
import io.pipedeck.api.PipedeckClient;
import io.pipedeck.api.SearchAnswer;
import io.pipedeck.api.SearchRequest;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code search}: what a realm's documents say about something. */
@Command(
    name = "search",
    description = "Search a realm's documents by meaning and by words.",
    mixinStandardHelpOptions = true)
final class SearchCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private Connection connection;

  @Parameters(paramLabel = "WORDS", arity = "1..*", description = "What to look for.")
  private List<String> words = new ArrayList<>();

  @Option(names = "--realm", paramLabel = "REALM", description = "The tenant. Default: none.")
  private @Nullable String realm;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "How many chunks at most, 1 to 100. Default: 10.")
  private int limit = SearchRequest.DEFAULT_K;

  @Option(names = "--json", description = "Print the answer as the server gives it.")
  private boolean json;

  static CommandLine commandLine() {
    return new CommandLine(new SearchCommand());
  }

  @Override
  public Integer call() throws InterruptedException, JsonProcessingException {
    SearchAnswer answer;
    try (PipedeckClient client = connection.client()) {
      answer = client.search(new SearchRequest(String.join(" ", words), realm, limit));
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.mapper().writeValueAsString(answer));
    } else {
      answer.hits().forEach(hit -> print(out, hit));
    }
    out.flush();
    tell(answer);
    return 0;
  }

  private static void print(PrintWriter out, SearchAnswer.Hit hit) {
    String page = hit.page() == null ? "" : ", page " + hit.page();
    String name = hit.filename() == null ? hit.sha256() : hit.filename();
    out.printf(Locale.ROOT, "%.3f  %s%s  (job %s)%n", hit.score(), name, page, hit.jobId());
    out.println("       " + hit.snippet());
  }

  private void tell(SearchAnswer answer) {
    PrintWriter err = spec.commandLine().getErr();
    answer.warnings().forEach(err::println);
    if (!answer.complete()) {
      err.println("The index is still being made; there may be more.");
    }
    if (answer.hits().isEmpty()) {
      err.println("Nothing was found.");
    }
    err.flush();
  }
}
