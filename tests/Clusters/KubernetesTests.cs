using Xunit;
using YamlDotNet.Serialization;

namespace MLNetStyle.Tests.Clusters;

/// <summary>deploy/kubernetes: the fields that the page promises. There is no cluster to run them on.</summary>
public sealed class KubernetesTests
{
    [Fact]
    public void TheJobIsIndexedAndKnowsTheProgramsExitCodes()
    {
        Node job = Read("kubernetes/job.yaml"), spec = job["spec"], pod = spec["template"]["spec"], container = pod["containers"][0];
        Assert.Equal(("batch/v1", "Job"), (job["apiVersion"].Text, job["kind"].Text));
        Assert.Equal("Indexed", spec["completionMode"].Text);
        Assert.Equal("Never", pod["restartPolicy"].Text); // podFailurePolicy asks for it
        Assert.True(int.Parse(spec["backoffLimitPerIndex"].Text, null) > 0);
        Assert.Equal(spec["completions"].Text, spec["maxFailedIndexes"].Text);
        string[] arguments = [.. container["args"].Items.Select(a => a.Text)];
        Assert.Equal(spec["completions"].Text, arguments[Array.IndexOf(arguments, "--shard") + 1]);
        Node rules = spec["podFailurePolicy"]["rules"];
        Assert.Equal(("Ignore", "DisruptionTarget", "True"), (rules[0]["action"].Text, rules[0]["onPodConditions"][0]["type"].Text,
            rules[0]["onPodConditions"][0]["status"].Text));
        Assert.Equal(("FailIndex", "In", container["name"].Text), (rules[1]["action"].Text, rules[1]["onExitCodes"]["operator"].Text,
            rules[1]["onExitCodes"]["containerName"].Text));
        Assert.Equal(["1", "2", "42"], rules[1]["onExitCodes"]["values"].Items.Select(v => v.Text));
        Assert.Equal("false", container["securityContext"]["allowPrivilegeEscalation"].Text);
        Assert.NotEmpty(container["resources"]["limits"]["memory"].Text);
    }

    [Fact]
    public void TheGpuFileChangesTheSameContainer()
    {
        Node container = Read("kubernetes/gpu.yaml")["spec"]["template"]["spec"]["containers"][0];
        Node plain = Read("kubernetes/job.yaml")["spec"]["template"]["spec"]["containers"][0];
        Assert.Equal(plain["name"].Text, container["name"].Text);
        Assert.Equal("1", container["resources"]["limits"]["nvidia.com/gpu"].Text);
        string[] arguments = [.. container["args"].Items.Select(a => a.Text)];
        Assert.Equal("cuda", arguments[Array.IndexOf(arguments, "--device") + 1]);
        Assert.Equal(plain["args"].Items.Select(a => a.Text), arguments.Where(a => a is not ("--device" or "cuda")));
    }

    [Fact]
    public void TheContainerRunsTheProgramWithoutRights()
    {
        string[] lines = File.ReadAllLines(Deployment.At("kubernetes/Containerfile"));
        Assert.Contains(lines, l => l.StartsWith("USER ", StringComparison.Ordinal) && l != "USER 0" && l != "USER root");
        Assert.Contains("ENTRYPOINT [\"/opt/mlnetstyle/mlnetstyle\"]", lines);
        Assert.Contains(lines, l => l.Contains("ORT_DISABLE_TELEMETRY=1", StringComparison.Ordinal));
    }

    private static Node Read(string file) => new(new DeserializerBuilder().Build().Deserialize<object>(File.ReadAllText(
        Deployment.At(file))), file);

    /// <summary>A value of a YAML file; one that isn't there fails the test with its path.</summary>
    private sealed record Node(object? Value, string Path)
    {
        public Node this[string key] => Value is IDictionary<object, object> map && map.TryGetValue(key, out object? inner)
            ? new Node(inner, $"{Path}/{key}") : throw new KeyNotFoundException($"{Path} has no '{key}'");

        public Node this[int index] => Items[index];

        public IReadOnlyList<Node> Items => [.. ((IList<object>)Value!).Select((v, i) => new Node(v, $"{Path}/{i}"))];

        public string Text => (string)Value!;
    }
}
