package io.pipedeck.pipeline;

import io.pipedeck.embed.ChatModel;
import io.pipedeck.embed.EmbedException;
import io.pipedeck.embed.Embedder;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the summary: by the chat model where there is one, else of the document's sentences. */
final class SummaryStage {
  private static final Logger LOG = LoggerFactory.getLogger(SummaryStage.class);

  /** What a kept summary is found by. The number goes up when sentences are chosen otherwise. */
  private static final String SENTENCES = "sentences-2";

  private final Embedder embedder;
  private final @Nullable ChatModel chat;
  private final KeptOutputs kept;
  private final ProgressMeter meter;

  SummaryStage(Embedder embedder, @Nullable ChatModel chat, KeptOutputs kept, ProgressMeter meter) {
    this.embedder = embedder;
    this.chat = chat;
    this.kept = kept;
    this.meter = meter;
  }

  /**
   * The summary.
   *
   * @param vectors of the chunks, empty without any
   * @param warnings gets one more where the chat model could not be used
   */
  String run(Cleaned cleaned, Sentences sentences, List<float[]> vectors, List<String> warnings)
      throws InterruptedException {
    CleanDocument clean = cleaned.document();
    String by =
        chat != null
            ? chat.name()
            : vectors.isEmpty() ? SENTENCES : SENTENCES + " by " + embedder.model();
    meter.look();
    Optional<String> before = kept.summary(clean, by);
    if (before.isPresent()) {
      meter.reused(Stage.SUMMARISE);
      return before.get();
    }
    meter.begin(Stage.SUMMARISE);
    Optional<String> written = chat == null ? Optional.empty() : written(chat, cleaned, warnings);
    String summary = written.isPresent() ? written.get() : extracted(cleaned, sentences, vectors);
    if (chat == null || written.isPresent()) {
      kept.keepSummary(clean, by, summary);
    }
    meter.end();
    return summary;
  }

  private static Optional<String> written(ChatModel chat, Cleaned cleaned, List<String> warnings)
      throws InterruptedException {
    try {
      return Optional.of(chat.summarise(Excerpt.of(cleaned.document().text())));
    } catch (EmbedException e) {
      LOG.warn("No summary by {}: {}", chat.name(), e.getMessage());
      warnings.add(
          "The summary consists of sentences of the document, because the model could not write"
              + " one: "
              + e.getMessage());
      return Optional.empty();
    }
  }

  private String extracted(Cleaned cleaned, Sentences sentences, List<float[]> vectors)
      throws InterruptedException {
    var terms = new TermScores(cleaned.language());
    Summariser.Scorer fine = vectors.isEmpty() ? terms : new CentroidScores(embedder, vectors);
    var check = new SentenceCheck(cleaned.language());
    return new Summariser(cleaned.document(), sentences, check).summarise(terms, fine);
  }
}
