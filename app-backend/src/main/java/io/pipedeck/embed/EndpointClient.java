package io.pipedeck.embed;

import io.pipedeck.config.EmbedConfig;
import java.time.Duration;
import java.util.List;

/** {@code POST …/embeddings}. */
final class EndpointClient implements AutoCloseable {
  private static final int TRIES = 5;
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(60);

  private final EndpointCalls calls;
  private final String model;

  EndpointClient(EmbedConfig config, String apiKey, Pause pause) {
    this(config, apiKey, pause, ANSWER_TIMEOUT);
  }

  EndpointClient(EmbedConfig config, String apiKey, Pause pause, Duration answerTimeout) {
    var manners = new EndpointCalls.Manners("embedding endpoint", TRIES, answerTimeout);
    this.calls = new EndpointCalls(config, "/embeddings", apiKey, manners, pause);
    this.model = config.embeddingModel();
  }

  /**
   * The vectors of the texts, as the endpoint gives them.
   *
   * @throws EndpointCalls.TooLarge if it wants fewer texts at a time
   */
  List<float[]> embed(List<String> texts) throws InterruptedException {
    return EndpointAnswer.vectors(calls.post(new Body(model, texts, "float")), texts.size());
  }

  @Override
  public void close() {
    calls.close();
  }

  private record Body(String model, List<String> input, String encodingFormat) {}
}
