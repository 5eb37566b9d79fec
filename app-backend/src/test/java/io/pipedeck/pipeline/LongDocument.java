package io.pipedeck.pipeline;

import io.pipedeck.config.EmbedConfig;
import io.pipedeck.config.ParseConfig;
import io.pipedeck.embed.Embedder;
import io.pipedeck.parse.ParserPool;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Runs one document in a JVM of its own and tells how many pages and chunks it has: {@code
 * LongDocument FILE ENDPOINT}.
 */
final class LongDocument {
  private LongDocument() {}

  public static void main(String[] args) throws InterruptedException {
    var embed = new EmbedConfig(null, "sk-test", URI.create(args[1]), "test-model", null);
    var parse = new ParseConfig(1, 256, Duration.ofMinutes(2), 20_000_000, 64, 100);
    try (var parsers = new ParserPool(parse);
        Embedder embedder = Embedder.of(embed)) {
      var request =
          new PipelineRequest(Path.of(args[0]), "long.pdf", null, PipelineOptions.DEFAULT);
      PipelineOutput output = new DocumentPipeline(parsers, embedder).run(request, (_, _, _) -> {});
      System.out.println("pages " + output.pages() + " chunks " + output.chunks().size());
    }
  }
}
