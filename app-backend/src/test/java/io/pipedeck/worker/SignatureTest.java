package io.pipedeck.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.pipedeck.embedded.TestServers;
import io.pipedeck.queue.PythonRq;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SignatureTest {
  private static final Signature DOCUMENT = Signature.of("file_path", "job_id?");

  @Test
  void bindsByPositionAndByName() throws Exception {
    assertThat(bind(DOCUMENT, List.of("/p", "1"), Map.of()))
        .isEqualTo(Map.of("file_path", "/p", "job_id", "1"));
    assertThat(bind(DOCUMENT, List.of("/p"), Map.of("job_id", "1")))
        .isEqualTo(Map.of("file_path", "/p", "job_id", "1"));
    assertThat(bind(DOCUMENT, List.of(), Map.of("job_id", "1", "file_path", "/p")))
        .isEqualTo(Map.of("file_path", "/p", "job_id", "1"));
    assertThat(bind(DOCUMENT, List.of("/p"), Map.of())).isEqualTo(Map.of("file_path", "/p"));
  }

  @ParameterizedTest
  @CsvSource({"a b-c", "1a", "rq", "''"})
  void refusesNamesThatNobodyCanCall(String name) {
    assertThatThrownBy(() -> Signature.of(name)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesARequiredParameterBehindAnOptionalOneAndTheSameTwice() {
    assertThatThrownBy(() -> Signature.of("a?", "b")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Signature.of("a", "a")).isInstanceOf(IllegalArgumentException.class);
  }

  /** Random calls of random functions: what Python makes of them, its own words included. */
  @Test
  void saysWhatPythonSays() throws Exception {
    PythonRq.assumeHere();
    var random = new Random(20260201);
    var calls = new StringBuilder();
    List<String> ours = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      int names = random.nextInt(5);
      int required = random.nextInt(names + 1);
      List<String> parameters = new ArrayList<>();
      List<String> python = new ArrayList<>();
      for (int p = 0; p < names; p++) {
        parameters.add("p" + p + (p < required ? "" : "?"));
        python.add("p" + p + (p < required ? "" : "=None"));
      }
      List<String> args = new ArrayList<>();
      for (int a = random.nextInt(6); a > 0; a--) {
        args.add("a" + a);
      }
      Map<String, String> kwargs = new LinkedHashMap<>();
      for (int k = random.nextInt(3); k > 0; k--) {
        kwargs.put("p" + random.nextInt(6), "k" + k);
      }
      calls.append(call(python, args, kwargs));
      ours.add(outcome(Signature.of(parameters.toArray(String[]::new)), args, kwargs));
    }

    String said =
        new PythonRq(TestServers.freshRedis())
            .python("exec(args[0])", "out = []\n" + calls + "print('\\n'.join(out))\n");

    assertThat(ours).containsExactlyElementsOf(said.lines().toList());
  }

  private static String call(List<String> names, List<String> args, Map<String, String> kwargs) {
    var words = new ArrayList<String>();
    args.forEach(arg -> words.add("'" + arg + "'"));
    kwargs.forEach((name, value) -> words.add(name + "='" + value + "'"));
    return """
        def f(%s):
            return {k: v for k, v in locals().items() if v is not None}
        try:
            out.append(json.dumps(f(%s), separators=(',', ':')))
        except TypeError as e:
            out.append('TypeError: ' + str(e))
        """
        .formatted(String.join(", ", names), String.join(", ", words));
  }

  private static String outcome(
      Signature signature, List<String> args, Map<String, String> kwargs) {
    try {
      var json = new StringBuilder();
      bind(signature, args, kwargs)
          .forEach(
              (name, value) ->
                  json.append(json.isEmpty() ? "" : ",")
                      .append('"' + name + "\":\"" + value + '"'));
      return "{" + json + "}";
    } catch (Signature.Misfit e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static Map<String, String> bind(
      Signature signature, List<String> args, Map<String, String> kwargs) throws Signature.Misfit {
    Map<String, JsonNode> named = new LinkedHashMap<>();
    kwargs.forEach((name, value) -> named.put(name, TextNode.valueOf(value)));
    Map<String, String> bound = new LinkedHashMap<>();
    signature
        .bind("f", args.stream().<JsonNode>map(TextNode::valueOf).toList(), named)
        .forEach((name, value) -> bound.put(name, value.textValue()));
    return bound;
  }
}
