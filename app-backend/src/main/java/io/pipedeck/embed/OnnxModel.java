package io.pipedeck.embed;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A loaded sentence model with its tokenizer. Safe for several threads, each running one text. */
final class OnnxModel implements AutoCloseable {
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final HuggingFaceTokenizer tokenizer;
  private final Facts facts;
  private final int dimensions;

  /**
   * What its files say.
   *
   * @param firstTokenCounts whether the first token's vector stands for the text, not the mean
   */
  private record Facts(String name, int maxTokens, boolean firstTokenCounts) {}

  private OnnxModel(
      OrtEnvironment environment, OrtSession session, HuggingFaceTokenizer tokenizer, Facts facts)
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
      HuggingFaceTokenizer tokenizer = tokenizer(files);
      Path model = files.model(libraries.folder());
      var facts = new Facts(files.nameOf(model), files.maxTokens(), files.firstTokenCounts());
      OrtSession session = environment.createSession(model.toString(), options());
      return new OnnxModel(environment, session, tokenizer, facts);
    }
  }

  private static HuggingFaceTokenizer tokenizer(ModelFiles files) throws IOException {
    try (InputStream in = files.tokenizer()) {
      // The file of the bundled model asks for all texts to be cut or padded to 128 tokens.
      return HuggingFaceTokenizer.newInstance(
          in, Map.of("truncation", "false", "padding", "false", "addSpecialTokens", "true"));
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
    return tokenizer.encode(text).getIds().length;
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
    Encoding encoding = tokenizer.encode(text);
    if (encoding.getIds().length > facts.maxTokens()) {
      throw new IllegalArgumentException(
          "text of " + encoding.getIds().length + " tokens, the model takes " + facts.maxTokens());
    }
    Map<String, OnnxTensor> inputs = inputs(encoding);
    try (OrtSession.Result result = session.run(inputs)) {
      return Vectors.normalise(pooled((OnnxTensor) result.get(0)));
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  private Map<String, OnnxTensor> inputs(Encoding encoding) throws OrtException {
    Map<String, OnnxTensor> inputs = new HashMap<>();
    for (String name : session.getInputNames()) {
      long[] values =
          switch (name) {
            case "input_ids" -> encoding.getIds();
            case "attention_mask" -> encoding.getAttentionMask();
            case "token_type_ids" -> encoding.getTypeIds();
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
    for (int token = 0; token < tokens; token++) {
      for (int i = 0; i < width; i++) {
        sum[i] += values.get(token * width + i);
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
