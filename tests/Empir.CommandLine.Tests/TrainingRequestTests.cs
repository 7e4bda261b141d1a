using Empir.CommandLine.Work;
using Empir.Training;
using Empir.Training.Recipes;
using static TorchSharp.torch;

namespace Empir.CommandLine.Tests;

public class TrainingRequestTests
{
    [Fact]
    public void APartTakesThePlaceOfTheWholeWhichIsFreed()
    {
        var whole = new Stripes().Load(new(null));

        var part = new TrainingRequest(null, null, null, Limit: 7).Apply(whole);
        Assert.Equal(7, part.Train.Count);
        Assert.Same(whole.Test, part.Test);
        Assert.ThrowsAny<Exception>(() => whole.Train.Range(0, 1, CPU));

        part.Dispose();
        Assert.ThrowsAny<Exception>(() => part.Train.Range(0, 1, CPU));
    }

    [Fact]
    public async Task WhatTheUserChangesIsInTheRecipeAndNothingElse()
    {
        var spec = TinyEmpir.Spec.Training;
        var wanted = spec with { BatchSize = 7, Optimizer = spec.Optimizer with { LearningRate = 0.5 } };
        Assert.Equal(wanted, new TrainingRequest(null, 7, 0.5, null).Apply(spec));
        Assert.Equal(spec, new TrainingRequest(null, null, null, null).Apply(spec));

        using TemporaryFolder folder = new();
        await ToolRun.Of("train", "TinyEmpir", "--member", "full", "--learning-rate", "0.5", "--batch-size", "7", "--output", folder.Path);
        using var data = new Stripes().Load(new(null));
        Checkpoint.Check(folder["full.safetensors"], Recipe.Of(TinyEmpir.Spec.Card.Members[2], wanted, data.Train.Hash));
    }

    [Fact]
    public void EpochsThatEndWithinTheDelayAreRefused()
    {
        var spec = TinyEmpir.Spec.Training with { Recipe = new AdversarialRecipe(0.1, Delay: 2) };

        Assert.Contains("--epochs 2 ends within the recipe's delay of 2 epochs", Assert.Throws<UserErrorException>(() => new TrainingRequest(2, null, null, null).Apply(spec)).Message);
        Assert.Equal(3, new TrainingRequest(3, null, null, null).Apply(spec).Epochs);
        Assert.Equal(2, new TrainingRequest(2, null, null, null).Apply(TinyEmpir.Spec.Training).Epochs);
    }

    [Fact]
    public void EpochsThatEndBeforeAMilestoneAreRefused()
    {
        var spec = TinyEmpir.Spec.Training with { Epochs = 9, Schedule = new StepRate([2, 5]) };

        Assert.Contains("--epochs 5 ends before the schedule's milestone after 5 epochs", Assert.Throws<UserErrorException>(() => new TrainingRequest(5, null, null, null).Apply(spec)).Message);
        Assert.Equal(6, new TrainingRequest(6, null, null, null).Apply(spec).Epochs);
        Assert.Equal(9, new TrainingRequest(null, null, null, null).Apply(spec).Epochs);
    }

    [Fact]
    public void ARateThatWouldRiseIsRefused()
    {
        var spec = TinyEmpir.Spec.Training with { Schedule = new CosineRate(0.001) };

        Assert.Contains("--learning-rate 0.0005 is below the schedule's eta_min of 0.001", Assert.Throws<UserErrorException>(() => new TrainingRequest(null, null, 0.0005, null).Apply(spec)).Message);
        Assert.Equal(0.002, new TrainingRequest(null, null, 0.002, null).Apply(spec).Optimizer.LearningRate);
    }
}
