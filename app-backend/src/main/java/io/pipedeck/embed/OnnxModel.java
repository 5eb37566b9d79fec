package io.pipedeck.embed;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.pipedeck.embed.Tokenizer.Tokens;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A loaded sentence model with its tokenizer. Safe for several threads, each running one text. */
final class OnnxModel implements AutoCloseable {
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final Tokenizer tokenizer;
  private final Facts facts;
  private final int dimensions;

  /**
   * What its files say.
   *
   * @param firstTokenCounts whether the first token's vector stands for the text, not the mean
   */
  private record Facts(String name, int maxTokens, boolean firstTokenCounts) {}

  private OnnxModel(
      OrtEnvironment environment, OrtSession session, Tokenizer tokenizer, Facts facts)
      throws OrtException {
    this.environment = environment;
    this.session = session;
    this.tokenizer = tokenizer;
    this.facts = facts;
    this.dimensions = run("dimensions").length;
  }

  static OnnxModel load(ModelFiles files) throws IOException, OrtException {
    try (var libraries = NativeLibraries.unpack()) {
      OrtEnvironment environment = OrtEnvironment.getEnvironment();
      environment.setTelemetry(false);
      Tokenizer tokenizer = Tokenizer.of(files);
      Path model = files.model(libraries.folder());
      var facts = new Facts(files.nameOf(model), files.maxTokens(), files.firstTokenCounts());
      OrtSession session = environment.createSession(model.toString(), options());
      return new OnnxModel(environment, session, tokenizer, facts);
    }
  }

  /** One thread a run: as many callers as cores give twice what one run with two threads gives. */
  private static OrtSession.SessionOptions options() throws OrtException {
    var options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(1);
    options.setInterOpNumThreads(1);
    options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
    options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
    return options;
  }

  int countTokens(String text) {
    return tokenizer.count(text);
  }

  int maxTokens() {
    return facts.maxTokens();
  }

  String name() {
    return facts.name();
  }

  int dimensions() {
    return dimensions;
  }

  /** The vector of one text, which must not have more tokens than the model takes. */
  float[] run(String text) throws OrtException {
    Tokens tokens = tokenizer.tokens(text);
    if (tokens.ids().length > facts.maxTokens()) {
      throw new IllegalArgumentException(
          "text of " + tokens.ids().length + " tokens, the model takes " + facts.maxTokens());
    }
    Map<String, OnnxTensor> inputs = inputs(tokens);
    try (OrtSession.Result result = session.run(inputs)) {
      return Vectors.normalise(pooled((OnnxTensor) result.get(0)));
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  private Map<String, OnnxTensor> inputs(Tokens tokens) throws OrtException {
    Map<String, OnnxTensor> inputs = new HashMap<>();
    for (String name : session.getInputNames()) {
      long[] values =
          switch (name) {
            case "input_ids" -> tokens.ids();
            case "attention_mask" -> tokens.attentionMask();
            case "token_type_ids" -> tokens.typeIds();
            default -> throw new IllegalStateException("model asks for unknown input " + name);
          };
      long[] shape = {1, values.length};
      inputs.put(name, OnnxTensor.createTensor(environment, LongBuffer.wrap(values), shape));
    }
    return inputs;
  }

  /** The first token's vector, or the sum over the tokens, which points where their mean does. */
  private float[] pooled(OnnxTensor output) {
    long[] shape = output.getInfo().getShape();
    FloatBuffer values = output.getFloatBuffer();
    int width = (int) shape[shape.length - 1];
    int tokens = shape.length == 3 && !facts.firstTokenCounts() ? (int) shape[1] : 1;
    float[] sum = new float[width];
    float[] row = new float[width];
    for (int token = 0; token < tokens; token++) {
      values.get(token * width, row);
      for (int i = 0; i < width; i++) {
        sum[i] += row[i];
      }
    }
    return sum;
  }

  @Override
  public void close() throws OrtException {
    session.close();
    tokenizer.close();
  }
}
