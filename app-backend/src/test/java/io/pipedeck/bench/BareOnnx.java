package io.pipedeck.bench;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.io.InputStream;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** The bundled model in ONNX Runtime and nothing around it: the texts are tokenised beforehand. */
final class BareOnnx implements AutoCloseable {
  private static final String FILES = "/all-minilm-l6-v2-q";

  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;
  private final List<Map<String, long[]>> inputs = new ArrayList<>();
  private final int threads = Runtime.getRuntime().availableProcessors();

  BareOnnx(List<String> texts) throws IOException, OrtException {
    var options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(1);
    options.setInterOpNumThreads(1);
    options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
    try (InputStream model = open(".onnx");
        InputStream json = open("-tokenizer.json");
        HuggingFaceTokenizer tokenizer =
            HuggingFaceTokenizer.newInstance(
                json, Map.of("truncation", "false", "padding", "false"))) {
      this.session = environment.createSession(model.readAllBytes(), options);
      for (String text : texts) {
        inputs.add(input(tokenizer.encode(text)));
      }
    }
  }

  private Map<String, long[]> input(Encoding encoding) {
    Map<String, long[]> all = new HashMap<>();
    all.put("input_ids", encoding.getIds());
    all.put("attention_mask", encoding.getAttentionMask());
    all.put("token_type_ids", encoding.getTypeIds());
    all.keySet().retainAll(session.getInputNames());
    return all;
  }

  private static InputStream open(String suffix) {
    return Objects.requireNonNull(BareOnnx.class.getResourceAsStream(FILES + suffix), suffix);
  }

  /** Runs a second, one thread for each core, each run one text. */
  double perSecond(long nanos) throws InterruptedException, ExecutionException {
    var next = new AtomicInteger();
    long began = System.nanoTime();
    List<Future<Integer>> runners = new ArrayList<>();
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      for (int i = 0; i < threads; i++) {
        runners.add(pool.submit(() -> runUntil(began + nanos, next)));
      }
    }
    long took = System.nanoTime() - began;
    int runs = 0;
    for (Future<Integer> runner : runners) {
      runs += runner.get();
    }
    return runs * 1e9 / took;
  }

  private int runUntil(long end, AtomicInteger next) throws OrtException {
    int runs = 0;
    for (; System.nanoTime() < end; runs++) {
      run(inputs.get(Math.floorMod(next.getAndIncrement(), inputs.size())));
    }
    return runs;
  }

  private void run(Map<String, long[]> input) throws OrtException {
    Map<String, OnnxTensor> tensors = new HashMap<>();
    try {
      for (var each : input.entrySet()) {
        long[] shape = {1, each.getValue().length};
        tensors.put(
            each.getKey(),
            OnnxTensor.createTensor(environment, LongBuffer.wrap(each.getValue()), shape));
      }
      session.run(tensors).close();
    } finally {
      tensors.values().forEach(OnnxTensor::close);
    }
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }
}
